pub struct D { pub kind: DKind, pub w: Option<String>, extra: Extra, }
impl D { pub fn new(kind: DKind) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(D { kind: "kind", w: "w", });
glue::model!(D);
pub enum DKind { D1, D2, D3, D4, Unknown(String), }
impl DKind { pub fn as_str(&self) -> &str; }
glue::is_text!(DKind);
impl glue::Enum for DKind {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("d1", Self::D1),
        ("d2", Self::D2),
        ("d3", Self::D3),
        ("d4", Self::D4),
    ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for DKind { }
glue::debug!(DKind);
