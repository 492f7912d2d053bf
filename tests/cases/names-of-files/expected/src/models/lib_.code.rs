pub struct Lib { pub a: Option<String>, extra: Extra, }
impl Lib { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Lib { a: "a", });
glue::model!(Lib);
