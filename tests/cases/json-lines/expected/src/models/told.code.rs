pub struct Told { pub told: Option<ToldTold>, extra: Extra, }
impl Default for Told { fn default() -> Self { Self::new() } }
impl Told {
    pub fn new() -> Self { Self { told: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Told { told: "told", });
glue::model!(Told);
pub enum ToldTold { Told, Seen, Unknown(String), }
impl ToldTold { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(ToldTold);
impl glue::Enum for ToldTold {
    const TABLE: &'static [(&'static str, Self)] = &[ ("told", Self::Told), ("seen", Self::Seen), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for ToldTold { fn from(text: &str) -> Self { glue::enum_from(text) } }
glue::debug!(ToldTold);
