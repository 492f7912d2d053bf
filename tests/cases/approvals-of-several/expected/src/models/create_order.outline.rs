pub struct CreateOrder { pub title: String, extra: Extra, }
impl CreateOrder { pub fn new(title: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(CreateOrder { title: "title", });
glue::model!(CreateOrder);
