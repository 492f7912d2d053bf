pub struct FindLoanResponse { pub shelf: Option<LoanId>, pub loan_id: Option<LoanId>, extra: Extra, }
impl FindLoanResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(FindLoanResponse { shelf: "shelf", loan_id: "loanId", });
glue::model!(FindLoanResponse);
