pub struct Fine { pub cents: i64, extra: Extra, }
impl Fine { pub fn extra(&self) -> &Extra; }
glue::object!(Fine { cents: "cents", });
glue::model!(Fine);
