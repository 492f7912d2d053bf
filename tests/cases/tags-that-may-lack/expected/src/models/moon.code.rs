pub struct Moon { pub kind: MoonKind, pub size: Option<i64>, extra: Extra, }
impl Default for Moon { fn default() -> Self { Self::new() } }
impl Moon {
    pub fn new() -> Self { Self { kind: MoonKind::Moon, size: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Moon { kind: "kind", size: "size", });
glue::model!(Moon);
pub enum MoonKind { Moon, Star, Unknown(String), }
impl MoonKind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(MoonKind);
impl glue::Enum for MoonKind {
    const TABLE: &'static [(&'static str, Self)] = &[ ("moon", Self::Moon), ("star", Self::Star), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for MoonKind { fn from(text: &str) -> Self { glue::enum_from(text) } }
glue::debug!(MoonKind);
