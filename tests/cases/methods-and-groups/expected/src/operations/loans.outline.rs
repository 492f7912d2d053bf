pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn list_pages(self, l: &str) -> Call<LoansListPages>;
    pub fn list(self) -> Call<V2LoansList>;
    pub fn verify(self, l: &str) -> Call<VerifyLoan>;
    pub fn list_transfer_loans(self, l: &str) -> Call<TransferLoans>;
    pub fn list_lines(self, l: &str) -> Call<GetLoansByLLines>;
}
pub struct LoansListPages;
impl glue::Operation for LoansListPages {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "loans/list-pages",
            "GET",
            "/loans/{l}/pages",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct V2LoansList;
impl glue::Operation for V2LoansList {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "v2.loans.list",
            "GET",
            "/v2/loans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct VerifyLoan;
impl glue::Operation for VerifyLoan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "verifyLoan",
            "PUT",
            "/loans/{l}/verify",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct TransferLoans;
impl glue::Operation for TransferLoans {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "transferLoans",
            "GET",
            "/transfers/{l}/loans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct GetLoansByLLines;
impl glue::Operation for GetLoansByLLines {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_loans_by_l_lines_json",
            "GET",
            "/loans/{l}/lines.json",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
