pub struct Main { pub a: Option<String>, extra: Extra, }
impl Main { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Main { a: "a", });
glue::model!(Main);
