pub struct Pet { pub name: String, pub nick: Maybe<String>, pub mother: Option<Box<Pet>>, extra: Extra, }
impl Pet {
    pub fn new(name: impl Into<String>) -> Self;
    pub fn clear_nick(mut self) -> Self;
    pub fn extra(&self) -> &Extra;
}
glue::object!(Pet { name: "name", nick: "nick", mother: "mother", });
glue::model!(Pet);
glue::boxed!(Pet);
