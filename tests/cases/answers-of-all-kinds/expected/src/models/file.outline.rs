pub struct File { pub name: String, extra: Extra, }
impl File { pub fn extra(&self) -> &Extra; }
glue::object!(File { name: "name", });
glue::model!(File);
