pub struct Field { pub at: Option<String>, pub said: Option<String>, extra: Extra, }
impl Field { pub fn extra(&self) -> &Extra; }
impl glue::Json for Field { }
glue::model!(Field);
