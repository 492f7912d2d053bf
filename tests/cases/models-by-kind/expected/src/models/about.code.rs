pub struct About { pub title: Option<String>, extra: Extra, }
impl Default for About { fn default() -> Self { Self::new() } }
impl About {
    pub fn new() -> Self { Self { title: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(About { title: "title", });
glue::model!(About);
