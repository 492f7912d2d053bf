pub struct Webhooks { pub a: Option<String>, extra: Extra, }
impl Webhooks { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Webhooks { a: "a", });
glue::model!(Webhooks);
