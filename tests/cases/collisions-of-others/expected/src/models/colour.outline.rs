pub enum Colour { RedLower, RedUpper, Red, Unknown(String), }
impl Colour { pub fn as_str(&self) -> &str; }
glue::is_text!(Colour);
impl glue::Enum for Colour {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("red", Self::RedLower),
        ("RED", Self::RedUpper),
        ("Red", Self::Red),
    ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl std::fmt::Display for Colour { }
glue::model!(Colour);
