pub struct Free { pub a: Option<String>, pub b: Option<i64>, extra: Extra, }
impl Default for Free { }
impl Free { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Free { a: "a", b: "b", });
glue::model!(Free);
