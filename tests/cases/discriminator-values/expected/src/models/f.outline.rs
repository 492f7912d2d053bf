pub struct F { pub kind: FKind, pub u: Option<String>, extra: Extra, }
impl Default for F { }
impl F { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(F { kind: "kind", u: "u", });
glue::model!(F);
pub enum FKind { F, G, Unknown(String), }
impl FKind { pub fn as_str(&self) -> &str; }
glue::is_text!(FKind);
impl glue::Enum for FKind {
    const TABLE: &'static [(&'static str, Self)] = &[("F", Self::F), ("g", Self::G)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for FKind { }
glue::debug!(FKind);
