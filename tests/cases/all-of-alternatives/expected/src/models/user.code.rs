pub struct User { pub id: String, pub name: Option<String>, extra: Extra, }
impl User { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(User { id: "id", name: "name", });
glue::model!(User);
