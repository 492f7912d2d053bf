pub struct Ant { pub other: String, pub kind: Option<String>, pub six: String, extra: Extra, }
pub struct AntRequired { pub other: String, pub six: String, }
impl Ant {
    pub fn new(required: AntRequired) -> Self {
        Self { other: required.other, kind: Some(<String>::from("ant")), six: required.six, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Ant { other: "other", kind: "kind", six: "six", });
glue::model!(Ant);
