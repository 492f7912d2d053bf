pub struct ThingAddress { pub street: Option<String>, pub city: Option<String>, extra: Extra, }
impl Default for ThingAddress { fn default() -> Self { Self::new() } }
impl ThingAddress {
    pub fn new() -> Self { Self { street: None, city: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ThingAddress { street: "street", city: "city", });
glue::debug!(ThingAddress);
