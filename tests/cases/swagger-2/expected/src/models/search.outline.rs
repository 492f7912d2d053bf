pub struct SearchRequestForm { pub words: Option<Vec<String>>, pub exact: Option<bool>, extra: Extra, }
impl Default for SearchRequestForm { }
impl SearchRequestForm { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(SearchRequestForm { words: "words", exact: "exact", });
glue::model!(SearchRequestForm);
