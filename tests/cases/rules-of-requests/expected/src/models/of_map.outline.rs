pub struct OfMap { pub a: Option<String>, pub additional: Map<String>, }
impl Default for OfMap { }
impl OfMap { pub fn new() -> Self; }
impl glue::Json for OfMap { }
glue::model!(OfMap);
