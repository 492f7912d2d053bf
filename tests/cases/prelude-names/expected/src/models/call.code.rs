pub struct Call { pub x: Option<String>, extra: Extra, }
impl Call { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Call { x: "x", });
glue::model!(Call);
