pub struct Std { pub a: Option<String>, extra: Extra, }
impl Std { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Std { a: "a", });
glue::model!(Std);
