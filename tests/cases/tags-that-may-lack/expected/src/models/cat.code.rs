pub struct Cat { pub kind: String, pub meow: String, extra: Extra, }
impl Cat {
    pub fn new(meow: impl Into<String>) -> Self {
        Self { kind: <String>::from("cat"), meow: meow.into(), extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Cat { kind: "kind", meow: "meow", });
glue::model!(Cat);
