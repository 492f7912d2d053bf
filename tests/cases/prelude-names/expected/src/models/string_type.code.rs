pub struct StringType { pub x: Option<String>, extra: Extra, }
impl Default for StringType { fn default() -> Self { Self::new() } }
impl StringType {
    pub fn new() -> Self { Self { x: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(StringType { x: "x", });
glue::model!(StringType);
