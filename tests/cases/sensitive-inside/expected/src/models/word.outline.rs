pub enum Word { One, Two, Unknown(String), }
impl Word { pub fn as_str(&self) -> &str; }
glue::is_text!(Word);
impl glue::Enum for Word {
    const TABLE: &'static [(&'static str, Self)] = &[ ("one", Self::One), ("two", Self::Two), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    const SECRET: Option<&'static str> = Some("Word");
}
glue::model!(Word);
