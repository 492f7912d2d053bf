pub struct Loan {
    pub loan_id: LoanId,
    pub reader_id: Option<ReaderId>,
    pub replaces: Option<LoanId>,
    pub slip: Option<String>,
    pub note: Option<String>,
    extra: Extra,
}
impl Loan { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Loan { loan_id: "loanId", reader_id: "readerId", replaces: "replaces", slip: "slip", note: "note", });
glue::model!(Loan);
