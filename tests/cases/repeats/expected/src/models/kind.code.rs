pub enum Kind { Person, Company, Unknown(String), }
impl Kind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(Kind);
impl glue::Enum for Kind {
    const TABLE: &'static [(&'static str, Self)] = &[ ("PERSON", Self::Person), ("COMPANY", Self::Company), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for Kind { fn from(text: &str) -> Self { glue::enum_from(text) } }
impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { f.write_str(self.as_str()) }
}
glue::model!(Kind);
