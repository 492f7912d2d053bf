pub struct OfNumber { pub value: Number, extra: Extra, }
impl OfNumber { pub fn new(value: Number) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(OfNumber { value: "value", });
glue::model!(OfNumber);
