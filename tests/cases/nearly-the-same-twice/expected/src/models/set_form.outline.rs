pub struct SetFormRequestForm { pub f: String, extra: Extra, }
impl SetFormRequestForm { pub fn new(f: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(SetFormRequestForm { f: "f", });
glue::model!(SetFormRequestForm);
