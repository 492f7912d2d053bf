pub struct ThingCombinedAM { pub kind: AKind, pub x: Option<String>, pub m: Option<String>, extra: Extra, }
impl Default for ThingCombinedAM { fn default() -> Self { Self::new() } }
impl ThingCombinedAM {
    pub fn new() -> Self { Self { kind: AKind::A, x: None, m: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ThingCombinedAM { kind: "kind", x: "x", m: "m", });
glue::debug!(ThingCombinedAM);
pub struct ThingCombinedCM { pub kind: String, pub z: Option<String>, pub m: Option<String>, extra: Extra, }
impl Default for ThingCombinedCM { fn default() -> Self { Self::new() } }
impl ThingCombinedCM {
    pub fn new() -> Self { Self { kind: <String>::from("y"), z: None, m: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ThingCombinedCM { kind: "kind", z: "z", m: "m", });
glue::debug!(ThingCombinedCM);
