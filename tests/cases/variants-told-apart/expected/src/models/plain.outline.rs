pub struct Plain { pub color: String, extra: Extra, }
impl Plain { pub fn new(color: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Plain { color: "color", });
glue::model!(Plain);
