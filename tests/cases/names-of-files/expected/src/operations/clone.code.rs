pub struct CloneOperation<'c> { pub(crate) client: &'c Client, }
impl<'c> CloneOperation<'c> {
    pub fn read_i(self) -> Call<ReadI> { Call::new(self.client, glue::request::<ReadI>(self.client)) }
}
pub struct ReadI;
impl glue::Operation for ReadI {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readI",
            "GET",
            "/i",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
