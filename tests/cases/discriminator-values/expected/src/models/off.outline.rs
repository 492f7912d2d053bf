pub struct Off { pub kind: OffKind, pub off: Option<String>, extra: Extra, }
impl Default for Off { }
impl Off { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Off { kind: "kind", off: "off", });
glue::model!(Off);
pub type OffKind = bool;
