pub struct B { pub kind: String, pub b: String, extra: Extra, }
impl B { pub fn new(b: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(B { kind: "kind", b: "b", });
glue::model!(B);
