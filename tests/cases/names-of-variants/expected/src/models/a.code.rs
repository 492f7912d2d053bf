pub struct A { pub kind: AKind, extra: Extra, }
impl A { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(A { kind: "kind", });
glue::model!(A);
pub enum AKind { A, Aa, Unknown(String), }
impl AKind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(AKind);
impl glue::Enum for AKind {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("aa", Self::Aa)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(AKind);
