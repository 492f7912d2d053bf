pub struct Fly { pub kind: String, pub wings: Option<i64>, extra: Extra, }
impl Default for Fly { }
impl Fly { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Fly { kind: "kind", wings: "wings", });
glue::model!(Fly);
