pub struct Error { pub x: Option<String>, extra: Extra, }
impl Error { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Error { x: "x", });
glue::model!(Error);
