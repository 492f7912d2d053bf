pub struct Ways { pub any: Option<Way>, pub listed: Option<Way>, pub again: Option<Way>, extra: Extra, }
impl Ways { pub fn extra(&self) -> &Extra; }
glue::object!(Ways { any: "any", listed: "listed", again: "again", });
glue::model!(Ways);
