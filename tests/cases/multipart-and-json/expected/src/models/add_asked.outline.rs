pub struct AddAsked { pub asked: Option<String>, extra: Extra, }
impl Default for AddAsked { }
impl AddAsked { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(AddAsked { asked: "asked", });
glue::model!(AddAsked);
pub struct AddAskedParts { pub asked: Option<String>, }
impl Default for AddAskedParts { }
impl AddAskedParts { pub fn new() -> Self; }
