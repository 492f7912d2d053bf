pub enum Colour { Red, Blue, Unknown(String), }
impl Colour { pub fn as_str(&self) -> &str; }
glue::is_text!(Colour);
impl glue::Enum for Colour {
    const TABLE: &'static [(&'static str, Self)] = &[ ("red", Self::Red), ("blue", Self::Blue), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl std::fmt::Display for Colour { }
glue::model!(Colour);
