pub struct Map { pub x: Option<String>, extra: Extra, }
impl Map { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Map { x: "x", });
glue::model!(Map);
