pub struct Cat { pub kind: Option<CatKind>, pub name: Option<String>, extra: Extra, }
impl Default for Cat { }
impl Cat { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Cat { kind: "kind", name: "name", });
glue::model!(Cat);
pub enum CatKind { Cat, Unknown(String), }
impl CatKind { pub fn as_str(&self) -> &str; }
glue::is_text!(CatKind);
impl glue::Enum for CatKind {
    const TABLE: &'static [(&'static str, Self)] = &[("cat", Self::Cat)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for CatKind { }
glue::debug!(CatKind);
