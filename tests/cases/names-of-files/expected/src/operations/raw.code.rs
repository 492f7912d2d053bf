pub struct Raw<'c> { pub(crate) client: &'c Client, }
impl<'c> Raw<'c> { pub fn read_c(self) -> Call<ReadC> { Call::new(self.client, glue::request::<ReadC>(self.client)) } }
pub struct ReadC;
impl glue::Operation for ReadC {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readC",
            "GET",
            "/c",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
