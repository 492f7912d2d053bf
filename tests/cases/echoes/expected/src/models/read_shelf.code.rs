pub struct ReadShelfResponse { pub shelf: Option<String>, pub loan_id: Option<LoanId>, extra: Extra, }
impl ReadShelfResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ReadShelfResponse { shelf: "shelf", loan_id: "loanId", });
glue::model!(ReadShelfResponse);
