pub struct C { pub kind: String, pub c: String, extra: Extra, }
pub struct CRequired { pub kind: String, pub c: String, }
impl C { pub fn new(required: CRequired) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(C { kind: "kind", c: "c", });
glue::model!(C);
