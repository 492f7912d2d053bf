pub struct Cow { pub kind: Option<String>, pub moo: String, extra: Extra, }
pub struct CowRequired { pub kind: Option<String>, pub moo: String, }
impl Cow { pub fn new(required: CowRequired) -> Self; pub fn extra(&self) -> &Extra; }
impl glue::Json for Cow { }
glue::model!(Cow);
