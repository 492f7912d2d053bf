pub enum DiskState { On, Off, Unknown(String), }
impl DiskState { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(DiskState);
impl glue::Enum for DiskState {
    const TABLE: &'static [(&'static str, Self)] = &[ ("on", Self::On), ("off", Self::Off), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl std::fmt::Display for DiskState {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { f.write_str(self.as_str()) }
}
glue::model!(DiskState);
