pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn watch(self) -> Call<WatchLoans> { Call::new(self.client, glue::request::<WatchLoans>(self.client)) }
}
pub struct WatchLoans;
impl glue::Operation for WatchLoans {
    type Output = Events<Loan>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "watchLoans",
            "GET",
            "/loans",
        )
        .accept("text/event-stream");
}
