pub struct SubmitOrder {
    approval: Evidence,
    pub copies: i32,
    pub place: String,
    pub other: Option<String>,
    extra: Extra,
}
impl SubmitOrder {
    pub(crate) fn with_evidence( approval: Evidence, copies: i32, place: impl Into<String>, ) -> Self {
        Self { approval, copies, place: place.into(), other: None, extra: Extra::default(), }
    }
    pub fn approval(&self) -> &Evidence { &self.approval }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(SubmitOrder { approval: "approval", copies: "copies", place: "place", other: "other", });
glue::debug!(SubmitOrder);
glue::serialize!(SubmitOrder);
