pub struct Evidence { pub hash: String, extra: Extra, }
impl Evidence { pub fn new(hash: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Evidence { hash: "hash", });
glue::model!(Evidence);
