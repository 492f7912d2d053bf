pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn read(self, id: &str) -> Call<ReadLoan> {
        Call::new(self.client, glue::request::<ReadLoan>(self.client).path("id", id))
    }
}
pub struct ReadLoan;
impl glue::Operation for ReadLoan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readLoan",
            "GET",
            "/loans/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
