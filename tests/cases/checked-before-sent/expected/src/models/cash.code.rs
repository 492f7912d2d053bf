pub struct Cash { pub kind: String, extra: Extra, }
impl Default for Cash { fn default() -> Self { Self::new() } }
impl Cash {
    pub fn new() -> Self { Self { kind: <String>::from("cash"), extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Cash { kind: "kind", });
glue::model!(Cash);
