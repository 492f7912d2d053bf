pub struct OfFree { pub a: Option<String>, pub additional: Map<String>, }
impl Default for OfFree { }
impl OfFree { pub fn new() -> Self; }
impl glue::Json for OfFree { }
glue::model!(OfFree);
