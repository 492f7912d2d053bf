pub struct Novel { pub kind: String, extra: Extra, }
impl Default for Novel { fn default() -> Self { Self::new() } }
impl Novel {
    pub fn new() -> Self { Self { kind: <String>::from("Novel"), extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Novel { kind: "kind", });
glue::model!(Novel);
