pub struct SubmitLoan { pub days: Option<i32>, approval: Evidence, extra: Extra, }
impl SubmitLoan {
    pub(crate) fn with_evidence(approval: Evidence) -> Self { Self { days: None, approval, extra: Extra::default(), } }
    pub fn approval(&self) -> &Evidence { &self.approval }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(SubmitLoan { days: "days", approval: "approval", });
glue::debug!(SubmitLoan);
glue::serialize!(SubmitLoan);
