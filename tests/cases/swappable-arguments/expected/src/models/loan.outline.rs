pub struct Loan { pub reader_id: ReaderId, pub book_id: BookId, pub note: String, pub days: i32, extra: Extra, }
impl Loan {
    pub fn new( reader_id: impl glue::Typed<ReaderId>, book_id: impl glue::Typed<BookId>, note: impl Into<String>, days: i32, ) -> Self;
    pub fn extra(&self) -> &Extra;
}
glue::object!(Loan { reader_id: "readerId", book_id: "bookId", note: "note", days: "days", });
glue::model!(Loan);
