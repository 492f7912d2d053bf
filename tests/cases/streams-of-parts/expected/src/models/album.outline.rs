pub struct Album { pub title: String, extra: Extra, }
impl Album { pub fn extra(&self) -> &Extra; }
glue::object!(Album { title: "title", });
glue::model!(Album);
