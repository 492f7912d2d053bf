pub struct B { pub kind: String, pub sort: String, pub b: Option<String>, extra: Extra, }
impl B { pub fn new(kind: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(B { kind: "kind", sort: "sort", b: "b", });
glue::model!(B);
