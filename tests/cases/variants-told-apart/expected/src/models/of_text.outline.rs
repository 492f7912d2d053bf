pub struct OfText { pub value: String, extra: Extra, }
impl OfText { pub fn new(value: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(OfText { value: "value", });
glue::model!(OfText);
