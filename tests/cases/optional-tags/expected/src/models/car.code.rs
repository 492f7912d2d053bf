pub struct Car { pub type_: Option<String>, pub doors: Option<i64>, extra: Extra, }
impl Default for Car { fn default() -> Self { Self::new() } }
impl Car {
    pub fn new() -> Self { Self { type_: Some(<String>::from("car")), doors: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Car { type_: "type", doors: "doors", });
glue::model!(Car);
