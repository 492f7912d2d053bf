pub struct EndLoan { approval: Option<Evidence>, pub note: Maybe<String>, extra: Extra, }
impl EndLoan {
    pub(crate) fn with_evidence(approval: Evidence) -> Self {
        Self { approval: Some(approval), note: Maybe::Absent, extra: Extra::default(), }
    }
    pub fn clear_note(mut self) -> Self { self.note = Maybe::Null; self }
    pub fn approval(&self) -> &Option<Evidence> { &self.approval }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(EndLoan { approval: "approval", note: "note", });
glue::debug!(EndLoan);
glue::serialize!(EndLoan);
