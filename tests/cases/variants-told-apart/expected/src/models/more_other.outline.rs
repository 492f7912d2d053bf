pub struct MoreOther { pub a: String, pub c: String, extra: Extra, }
pub struct MoreOtherRequired { pub a: String, pub c: String, }
impl MoreOther { pub fn new(required: MoreOtherRequired) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(MoreOther { a: "a", c: "c", });
glue::model!(MoreOther);
