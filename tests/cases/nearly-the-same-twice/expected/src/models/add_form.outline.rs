pub struct AddFormRequestForm { pub f: String, extra: Extra, }
impl AddFormRequestForm { pub fn new(f: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(AddFormRequestForm { f: "f", });
glue::model!(AddFormRequestForm);
