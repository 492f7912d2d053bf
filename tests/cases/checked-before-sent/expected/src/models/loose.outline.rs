pub struct Loose { pub a: Option<String>, pub b: Option<String>, extra: Extra, }
impl Default for Loose { }
impl Loose { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Loose { a: "a", b: "b", });
glue::model!(Loose);
