pub struct Dog { pub kind: Option<String>, pub bark: String, extra: Extra, }
impl Dog {
    pub fn new(bark: impl Into<String>) -> Self {
        Self { kind: Some(<String>::from("dog")), bark: bark.into(), extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Dog { kind: "kind", bark: "bark", });
glue::model!(Dog);
