pub struct Glue { pub x: Option<String>, extra: Extra, }
impl Glue { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Glue { x: "x", });
glue::model!(Glue);
