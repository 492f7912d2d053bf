pub struct Event { pub id: String, pub type_: String, pub book: BookId, extra: Extra, }
pub struct EventRequired { pub id: String, pub type_: String, pub book: BookId, }
impl Event { pub fn new(required: EventRequired) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Event { id: "id", type_: "type", book: "book", });
glue::model!(Event);
pub struct EventParts { pub id: String, pub type_: String, pub book: BookId, }
pub struct EventPartsRequired { pub id: String, pub type_: String, pub book: BookId, }
impl EventParts { pub fn new(required: EventPartsRequired) -> Self; }
