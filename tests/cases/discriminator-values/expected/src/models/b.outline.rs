pub struct B { pub kind: BKind, pub y: Option<String>, extra: Extra, }
impl B { pub fn new(kind: BKind) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(B { kind: "kind", y: "y", });
glue::model!(B);
pub enum BKind { B, Bb, Unknown(String), }
impl BKind { pub fn as_str(&self) -> &str; }
glue::is_text!(BKind);
impl glue::Enum for BKind {
    const TABLE: &'static [(&'static str, Self)] = &[("b", Self::B), ("bb", Self::Bb)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for BKind { }
glue::debug!(BKind);
