pub struct Step { pub path: String, extra: Extra, }
impl Step {
    pub fn new(path: impl Into<String>) -> Self { Self { path: path.into(), extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Step { path: "path", });
glue::model!(Step);
