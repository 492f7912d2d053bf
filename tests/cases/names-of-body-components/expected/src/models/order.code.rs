pub struct OrderRequestBody { pub a: Option<OrderRequestBodyA>, extra: Extra, }
impl Default for OrderRequestBody { fn default() -> Self { Self::new() } }
impl OrderRequestBody {
    pub fn new() -> Self { Self { a: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(OrderRequestBody { a: "a", });
glue::model!(OrderRequestBody);
pub struct OrderRequestBodyA { pub b: Option<String>, extra: Extra, }
impl Default for OrderRequestBodyA { fn default() -> Self { Self::new() } }
impl OrderRequestBodyA {
    pub fn new() -> Self { Self { b: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(OrderRequestBodyA { b: "b", });
glue::debug!(OrderRequestBodyA);
