pub struct Closed { pub a: Option<String>, extra: Extra, }
impl Closed { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Closed { a: "a", });
glue::model!(Closed);
