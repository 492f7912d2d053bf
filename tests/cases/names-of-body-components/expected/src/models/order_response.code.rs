pub struct OrderResponse { pub e: Option<String>, extra: Extra, }
impl OrderResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(OrderResponse { e: "e", });
glue::model!(OrderResponse);
