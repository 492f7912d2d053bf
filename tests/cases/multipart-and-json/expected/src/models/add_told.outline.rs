pub struct AddTold { pub told: Option<String>, extra: Extra, }
impl Default for AddTold { }
impl AddTold { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(AddTold { told: "told", });
glue::model!(AddTold);
pub struct AddToldParts { pub told: Option<String>, }
impl Default for AddToldParts { }
impl AddToldParts { pub fn new() -> Self; }
