pub struct FindOrdersFields { pub orders: Option<String>, pub people: Option<String>, extra: Extra, }
impl Default for FindOrdersFields { fn default() -> Self { Self::new() } }
impl FindOrdersFields {
    pub fn new() -> Self { Self { orders: None, people: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(FindOrdersFields { orders: "orders", people: "people", });
glue::model!(FindOrdersFields);
pub struct FindOrdersApply { pub by: Option<String>, extra: Extra, }
impl Default for FindOrdersApply { fn default() -> Self { Self::new() } }
impl FindOrdersApply {
    pub fn new() -> Self { Self { by: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(FindOrdersApply { by: "by", });
glue::model!(FindOrdersApply);
