pub struct MayNumber { pub value: Option<i64>, extra: Extra, }
impl Default for MayNumber { }
impl MayNumber { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(MayNumber { value: "value", });
glue::model!(MayNumber);
