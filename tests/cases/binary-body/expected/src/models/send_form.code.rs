pub struct SendFormRequestForm { pub a: Option<String>, extra: Extra, }
impl Default for SendFormRequestForm { fn default() -> Self { Self::new() } }
impl SendFormRequestForm {
    pub fn new() -> Self { Self { a: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(SendFormRequestForm { a: "a", });
glue::model!(SendFormRequestForm);
