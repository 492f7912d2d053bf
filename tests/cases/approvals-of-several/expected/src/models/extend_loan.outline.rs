pub struct ExtendLoan { approval: Maybe<MaybeEvidence>, pub days: Option<i64>, extra: Extra, }
impl ExtendLoan { pub fn approval(&self) -> &Maybe<MaybeEvidence>; pub fn extra(&self) -> &Extra; }
glue::object!(ExtendLoan { approval: "approval", days: "days", });
glue::debug!(ExtendLoan);
glue::serialize!(ExtendLoan);
