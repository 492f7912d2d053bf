pub struct Mod<'c> { pub(crate) client: &'c Client, }
impl<'c> Mod<'c> { pub fn read_g(self) -> Call<ReadG> { Call::new(self.client, glue::request::<ReadG>(self.client)) } }
pub struct ReadG;
impl glue::Operation for ReadG {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readG",
            "GET",
            "/g",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
