pub struct Details { pub dpi: i32, extra: Extra, }
impl Details {
    pub fn new(dpi: i32) -> Self { Self { dpi, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Details { dpi: "dpi", });
glue::model!(Details);
