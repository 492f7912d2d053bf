pub struct Return { pub reader_id: ReaderId, pub book_id: BookId, approval: Evidence, extra: Extra, }
impl Return { pub fn approval(&self) -> &Evidence; pub fn extra(&self) -> &Extra; }
glue::object!(Return { reader_id: "readerId", book_id: "bookId", approval: "approval", });
glue::debug!(Return);
glue::serialize!(Return);
