pub struct Kind { pub kind: String, extra: Extra, }
impl Kind { pub fn new(kind: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Kind { kind: "kind", });
glue::model!(Kind);
