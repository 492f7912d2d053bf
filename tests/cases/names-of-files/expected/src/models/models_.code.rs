pub struct Models { pub a: Option<String>, extra: Extra, }
impl Models { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Models { a: "a", });
glue::model!(Models);
