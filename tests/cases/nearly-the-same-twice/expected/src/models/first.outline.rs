pub enum First { X, Y, Unknown(String), }
impl First { pub fn as_str(&self) -> &str; }
glue::is_text!(First);
impl glue::Enum for First {
    const TABLE: &'static [(&'static str, Self)] = &[("x", Self::X), ("y", Self::Y)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for First { }
impl std::fmt::Display for First { }
glue::model!(First);
