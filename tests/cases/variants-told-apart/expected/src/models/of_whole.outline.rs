pub struct OfWhole { pub value: i32, extra: Extra, }
impl OfWhole { pub fn new(value: i32) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(OfWhole { value: "value", });
glue::model!(OfWhole);
