pub struct OrderUnderscoreItem { pub a: Option<String>, extra: Extra, }
impl OrderUnderscoreItem { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(OrderUnderscoreItem { a: "a", });
glue::model!(OrderUnderscoreItem);
