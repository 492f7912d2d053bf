pub struct Reqwest<'c> { pub(crate) client: &'c Client, }
impl<'c> Reqwest<'c> {
    pub fn read_b(self) -> Call<ReadB> { Call::new(self.client, glue::request::<ReadB>(self.client)) }
}
pub struct ReadB;
impl glue::Operation for ReadB {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readB",
            "GET",
            "/b",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
