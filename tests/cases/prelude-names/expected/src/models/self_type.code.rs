pub struct SelfType { pub x: Option<String>, extra: Extra, }
impl SelfType { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(SelfType { x: "x", });
glue::model!(SelfType);
