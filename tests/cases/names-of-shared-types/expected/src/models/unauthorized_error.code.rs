pub struct UnauthorizedError { pub realm: Option<String>, extra: Extra, }
impl UnauthorizedError { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(UnauthorizedError { realm: "realm", });
glue::model!(UnauthorizedError);
