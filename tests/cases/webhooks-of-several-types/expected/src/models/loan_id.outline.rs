pub struct LoanId(String);
impl LoanId { pub fn as_str(&self) -> &str; }
impl From<&str> for LoanId { }
impl From<String> for LoanId { }
impl From<&LoanId> for LoanId { }
glue::is_text!(LoanId);
impl std::fmt::Display for LoanId { }
impl glue::ToParam for LoanId { }
impl glue::Json for LoanId { }
glue::model!(LoanId);
