pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn return_book( self, key: IdempotencyKey, loan_id: &LoanId, reader_id: &ReaderId, body: &Return, ) -> Call<ReturnBook>;
}
pub struct ReturnBook;
impl glue::Operation for ReturnBook {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "returnBook",
            "POST",
            "/loans/{loanId}/return",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
