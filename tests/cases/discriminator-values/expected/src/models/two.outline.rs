pub struct Two { pub kind: i64, pub two: Option<String>, extra: Extra, }
impl Two { pub fn new(kind: i64) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Two { kind: "kind", two: "two", });
glue::model!(Two);
