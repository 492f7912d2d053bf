pub struct Village { pub name: Option<String>, extra: Extra, }
impl Default for Village { }
impl Village { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Village { name: "name", });
glue::model!(Village);
