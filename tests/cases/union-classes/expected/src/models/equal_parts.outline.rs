pub struct EqualParts { pub k: Option<String>, extra: Extra, }
impl Default for EqualParts { }
impl EqualParts { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(EqualParts { k: "k", });
glue::model!(EqualParts);
