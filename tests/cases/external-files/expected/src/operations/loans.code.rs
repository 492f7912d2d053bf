pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn list(self) -> Call<ListLoans> { Call::new(self.client, glue::request::<ListLoans>(self.client)) }
}
pub struct ListLoans;
impl glue::Operation for ListLoans {
    type Output = ListLoansResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listLoans", "GET", "/loans", );
}
