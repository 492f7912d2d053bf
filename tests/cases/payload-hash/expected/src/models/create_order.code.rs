pub struct CreateOrder { pub title: String, pub copies: Option<i32>, extra: Extra, }
impl CreateOrder {
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), copies: None, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(CreateOrder { title: "title", copies: "copies", });
glue::model!(CreateOrder);
