pub enum State { Open, Closed, Unknown(String), }
impl State { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(State);
impl glue::Enum for State {
    const TABLE: &'static [(&'static str, Self)] = &[ ("OPEN", Self::Open), ("CLOSED", Self::Closed), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { f.write_str(self.as_str()) }
}
impl State {
    pub fn is_done(&self) -> bool { matches!(self, Self::Closed) }
    pub fn is_terminal(&self) -> bool { matches!(self, Self::Closed) }
    pub fn needs_action(&self) -> bool { false }
}
glue::model!(State);
