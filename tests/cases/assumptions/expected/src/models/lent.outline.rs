pub struct Lent { pub id: String, pub type_: String, pub book: String, extra: Extra, }
impl Lent { pub fn extra(&self) -> &Extra; }
glue::object!(Lent { id: "id", type_: "type", book: "book", });
glue::model!(Lent);
