pub struct Operations { pub a: Option<String>, extra: Extra, }
impl Operations { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Operations { a: "a", });
glue::model!(Operations);
