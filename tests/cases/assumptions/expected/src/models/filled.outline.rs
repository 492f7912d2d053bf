pub struct Filled { pub day: Option<String>, extra: Extra, }
impl Default for Filled { }
impl Filled { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Filled { day: "day", });
glue::model!(Filled);
