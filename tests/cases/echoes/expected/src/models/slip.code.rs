pub struct Slip {
    pub slip_id: Option<SlipId>,
    pub text: Option<String>,
    pub kind: Option<SlipKind>,
    pub day: Option<String>,
    pub more: Option<SlipMore>,
    extra: Extra,
}
impl Slip { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Slip { slip_id: "slipId", text: "text", kind: "kind", day: "day", more: "more", });
glue::model!(Slip);
pub enum SlipKind { Long, Short, Unknown(String), }
impl SlipKind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(SlipKind);
impl glue::Enum for SlipKind {
    const TABLE: &'static [(&'static str, Self)] = &[ ("LONG", Self::Long), ("SHORT", Self::Short), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(SlipKind);
pub struct SlipMore { pub word: Option<String>, extra: Extra, }
impl SlipMore { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(SlipMore { word: "word", });
glue::debug!(SlipMore);
