pub struct Order { pub idempotency_key: Option<String>, pub note: Option<String>, extra: Extra, }
impl Default for Order { fn default() -> Self { Self::new() } }
impl Order {
    pub fn new() -> Self { Self { idempotency_key: None, note: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Order { idempotency_key: "idempotency_key", note: "note", });
glue::model!(Order);
