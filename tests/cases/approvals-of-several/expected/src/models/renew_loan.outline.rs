pub struct RenewLoan { approval: Option<MaybeEvidence>, pub days: i64, extra: Extra, }
impl RenewLoan { pub fn approval(&self) -> &Option<MaybeEvidence>; pub fn extra(&self) -> &Extra; }
impl glue::Json for RenewLoan { }
glue::debug!(RenewLoan);
glue::serialize!(RenewLoan);
