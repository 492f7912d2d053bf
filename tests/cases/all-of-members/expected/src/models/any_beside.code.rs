pub struct AnyBeside { pub a: Option<String>, extra: Extra, }
impl AnyBeside { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(AnyBeside { a: "a", });
glue::model!(AnyBeside);
