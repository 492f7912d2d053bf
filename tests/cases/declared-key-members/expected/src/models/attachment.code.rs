pub struct Attachment { pub title: Option<String>, extra: Extra, }
impl Default for Attachment { fn default() -> Self { Self::new() } }
impl Attachment {
    pub fn new() -> Self { Self { title: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Attachment { title: "title", });
glue::model!(Attachment);
