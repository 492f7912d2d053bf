pub struct Mod { pub a: Option<String>, extra: Extra, }
impl Mod { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Mod { a: "a", });
glue::model!(Mod);
