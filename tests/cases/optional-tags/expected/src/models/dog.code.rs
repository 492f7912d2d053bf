pub struct Dog { pub kind: Maybe<String>, pub name: Option<String>, extra: Extra, }
impl Default for Dog { fn default() -> Self { Self::new() } }
impl Dog {
    pub fn new() -> Self { Self { kind: Maybe::Value(<String>::from("dog")), name: None, extra: Extra::default(), } }
    pub fn clear_kind(mut self) -> Self { self.kind = Maybe::Null; self }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Dog { kind: "kind", name: "name", });
glue::model!(Dog);
