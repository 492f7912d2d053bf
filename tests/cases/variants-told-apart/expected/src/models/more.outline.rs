pub struct More { pub a: String, pub b: String, extra: Extra, }
pub struct MoreRequired { pub a: String, pub b: String, }
impl More { pub fn new(required: MoreRequired) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(More { a: "a", b: "b", });
glue::model!(More);
