pub enum Door { Open, Shut, Unknown(String), }
impl Door { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(Door);
impl glue::Enum for Door {
    const TABLE: &'static [(&'static str, Self)] = &[ ("OPEN", Self::Open), ("SHUT", Self::Shut), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl std::fmt::Display for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { f.write_str(self.as_str()) }
}
impl Door {
    pub fn is_done(&self) -> bool { matches!(self, Self::Open) }
    pub fn is_terminal(&self) -> bool { matches!(self, Self::Shut) }
    pub fn needs_action(&self) -> bool { false }
}
glue::model!(Door);
