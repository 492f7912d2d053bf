pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn list(self) -> Call<Get1_5Loans> { Call::new(self.client, glue::request::<Get1_5Loans>(self.client)) }
}
pub struct Get1_5Loans;
impl glue::Operation for Get1_5Loans {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_1_5_loans",
            "GET",
            "/1.5/loans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
