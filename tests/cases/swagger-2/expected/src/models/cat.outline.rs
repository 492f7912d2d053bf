pub struct Cat { pub kind: String, pub name: Option<String>, pub lives: Option<i64>, extra: Extra, }
impl Default for Cat { }
impl Cat { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Cat { kind: "kind", name: "name", lives: "lives", });
glue::model!(Cat);
