pub struct Note { pub text: String, extra: Extra, }
impl Note { pub fn extra(&self) -> &Extra; }
glue::object!(Note { text: "text", });
glue::model!(Note);
