pub struct Less { pub a: String, pub b: Option<String>, extra: Extra, }
impl Less { pub fn new(a: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Less { a: "a", b: "b", });
glue::model!(Less);
