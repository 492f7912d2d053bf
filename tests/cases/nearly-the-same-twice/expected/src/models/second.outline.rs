pub enum Second { X, Y, Unknown(String), }
impl Second { pub fn as_str(&self) -> &str; }
glue::is_text!(Second);
impl glue::Enum for Second {
    const TABLE: &'static [(&'static str, Self)] = &[("x", Self::X), ("y", Self::Y)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for Second { }
impl std::fmt::Display for Second { }
glue::model!(Second);
