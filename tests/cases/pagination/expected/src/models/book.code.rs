pub struct Book { pub title: String, extra: Extra, }
impl Book { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Book { title: "title", });
glue::model!(Book);
