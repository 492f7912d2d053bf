pub struct SlipRequest {
    pub slip_id: SlipId,
    pub text: Word,
    pub kind: String,
    pub day: Date,
    pub more: Map<String>,
    extra: Extra,
}
impl SlipRequest {
    pub fn new( slip_id: impl glue::Typed<SlipId>, text: impl glue::Typed<Word>, kind: impl Into<String>, day: Date, more: Map<String>, ) -> Self;
    pub fn extra(&self) -> &Extra;
}
glue::object!(SlipRequest { slip_id: "slipId", text: "text", kind: "kind", day: "day", more: "more", });
glue::model!(SlipRequest);
