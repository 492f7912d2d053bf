pub struct Town { pub name: Option<String>, extra: Extra, }
impl Default for Town { }
impl Town { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Town { name: "name", });
glue::model!(Town);
