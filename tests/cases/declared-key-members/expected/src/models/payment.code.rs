pub struct Payment { pub amount: String, pub lines: Option<Vec<IdempotencyKeyObject>>, extra: Extra, }
impl Payment {
    pub fn new(amount: impl Into<String>) -> Self {
        Self { amount: amount.into(), lines: None, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Payment { amount: "amount", lines: "lines", });
glue::model!(Payment);
pub struct IdempotencyKeyObject { pub idempotency_key: Option<String>, extra: Extra, }
impl Default for IdempotencyKeyObject { fn default() -> Self { Self::new() } }
impl IdempotencyKeyObject {
    pub fn new() -> Self { Self { idempotency_key: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(IdempotencyKeyObject { idempotency_key: "idempotency_key", });
glue::model!(IdempotencyKeyObject);
