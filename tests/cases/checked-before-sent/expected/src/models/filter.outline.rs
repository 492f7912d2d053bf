pub struct Filter { pub state: Option<String>, pub words: Option<Vec<Word>>, extra: Extra, }
impl Default for Filter { }
impl Filter { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Filter { state: "state", words: "words", });
glue::model!(Filter);
