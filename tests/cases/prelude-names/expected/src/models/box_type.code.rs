pub struct BoxType { pub x: Option<Box<BoxType>>, extra: Extra, }
impl Default for BoxType { fn default() -> Self { Self::new() } }
impl BoxType {
    pub fn new() -> Self { Self { x: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(BoxType { x: "x", });
glue::model!(BoxType);
glue::boxed!(BoxType);
