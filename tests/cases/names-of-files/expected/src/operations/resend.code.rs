pub struct Resend<'c> { pub(crate) client: &'c Client, }
impl<'c> Resend<'c> {
    pub fn read_f(self) -> Call<ReadF> { Call::new(self.client, glue::request::<ReadF>(self.client)) }
}
pub struct ReadF;
impl glue::Operation for ReadF {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readF",
            "GET",
            "/f",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
