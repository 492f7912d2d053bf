pub struct Sun { pub kind: SunKind, extra: Extra, }
impl Default for Sun { fn default() -> Self { Self::new() } }
impl Sun {
    pub fn new() -> Self { Self { kind: SunKind::Sun, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Sun { kind: "kind", });
glue::model!(Sun);
pub enum SunKind { Star, Sun, Unknown(String), }
impl SunKind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(SunKind);
impl glue::Enum for SunKind {
    const TABLE: &'static [(&'static str, Self)] = &[ ("star", Self::Star), ("sun", Self::Sun), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for SunKind { fn from(text: &str) -> Self { glue::enum_from(text) } }
glue::debug!(SunKind);
