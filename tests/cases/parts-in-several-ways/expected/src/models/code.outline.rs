pub enum Code { A, B, Unknown(String), }
impl Code { pub fn as_str(&self) -> &str; }
glue::is_text!(Code);
impl glue::Enum for Code {
    const TABLE: &'static [(&'static str, Self)] = &[("A", Self::A), ("B", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    const SECRET: Option<&'static str> = Some("Code");
}
impl From<&str> for Code { }
impl glue::ToParam for Code { }
glue::model!(Code);
