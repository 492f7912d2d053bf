pub struct LoanRequest { pub slip: String, pub note: Option<String>, extra: Extra, }
impl LoanRequest { pub fn new(slip: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(LoanRequest { slip: "slip", note: "note", });
glue::model!(LoanRequest);
