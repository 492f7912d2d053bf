pub struct A { pub kind: String, pub sort: String, pub a: Option<String>, extra: Extra, }
impl A { pub fn new(kind: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(A { kind: "kind", sort: "sort", a: "a", });
glue::model!(A);
