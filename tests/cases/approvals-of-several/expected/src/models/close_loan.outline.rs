pub struct CloseLoan { approval: Evidence, pub from: String, pub to: String, extra: Extra, }
pub struct CloseLoanRequired { pub from: String, pub to: String, }
impl CloseLoan { pub fn approval(&self) -> &Evidence; pub fn extra(&self) -> &Extra; }
glue::object!(CloseLoan { approval: "approval", from: "from", to: "to", });
glue::debug!(CloseLoan);
glue::serialize!(CloseLoan);
