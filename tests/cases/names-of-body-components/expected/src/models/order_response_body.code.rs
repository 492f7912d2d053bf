pub struct OrderResponseBody { pub f: Option<String>, extra: Extra, }
impl OrderResponseBody { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(OrderResponseBody { f: "f", });
glue::model!(OrderResponseBody);
