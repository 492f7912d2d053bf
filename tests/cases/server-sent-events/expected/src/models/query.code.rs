pub struct Query { pub words: String, pub stream: Option<bool>, extra: Extra, }
impl Query {
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), stream: None, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Query { words: "words", stream: "stream", });
glue::model!(Query);
