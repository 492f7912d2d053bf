pub struct Client { pub x: Option<String>, extra: Extra, }
impl Client { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Client { x: "x", });
glue::model!(Client);
