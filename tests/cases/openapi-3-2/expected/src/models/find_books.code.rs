pub struct FindBooksRequest { pub title: Option<String>, extra: Extra, }
impl Default for FindBooksRequest { fn default() -> Self { Self::new() } }
impl FindBooksRequest {
    pub fn new() -> Self { Self { title: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(FindBooksRequest { title: "title", });
glue::model!(FindBooksRequest);
