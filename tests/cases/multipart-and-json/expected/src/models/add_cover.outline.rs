pub struct AddCover { pub book_id: BookId, pub page: String, extra: Extra, }
impl AddCover { pub fn new(book_id: impl glue::Typed<BookId>, page: String) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(AddCover { book_id: "bookId", page: "page", });
glue::model!(AddCover);
pub struct AddCoverParts { pub book_id: BookId, pub page: Upload, }
impl AddCoverParts { pub fn new(book_id: impl Into<BookId>, page: Upload) -> Self; }
