pub struct NotFoundResponse { pub g: Option<String>, extra: Extra, }
impl NotFoundResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(NotFoundResponse { g: "g", });
glue::model!(NotFoundResponse);
