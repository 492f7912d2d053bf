pub struct Dog { pub kind: DogKind, pub barks: Option<bool>, extra: Extra, }
impl Dog { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Dog { kind: "kind", barks: "barks", });
glue::model!(Dog);
pub enum DogKind { Dog, Unknown(String), }
impl DogKind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(DogKind);
impl glue::Enum for DogKind {
    const TABLE: &'static [(&'static str, Self)] = &[("dog", Self::Dog)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(DogKind);
