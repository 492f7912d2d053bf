pub struct Builder<'c> { pub(crate) client: &'c Client, }
impl<'c> Builder<'c> {
    pub fn read_d(self) -> Call<ReadD> { Call::new(self.client, glue::request::<ReadD>(self.client)) }
}
pub struct ReadD;
impl glue::Operation for ReadD {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readD",
            "GET",
            "/d",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
