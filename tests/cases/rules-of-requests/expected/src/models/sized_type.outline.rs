pub struct SizedType { pub a: Option<String>, extra: Extra, }
impl Default for SizedType { }
impl SizedType { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(SizedType { a: "a", });
glue::model!(SizedType);
