pub struct FromEnv<'c> { pub(crate) client: &'c Client, }
impl<'c> FromEnv<'c> {
    pub fn read_e(self) -> Call<ReadE> { Call::new(self.client, glue::request::<ReadE>(self.client)) }
}
pub struct ReadE;
impl glue::Operation for ReadE {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readE",
            "GET",
            "/e",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
