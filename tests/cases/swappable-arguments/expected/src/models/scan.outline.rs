pub struct Scan { pub file: Upload, pub reader_id: ReaderId, pub book_id: BookId, pub pages: i32, pub copies: Copies, }
impl Scan {
    pub fn new( file: Upload, reader_id: impl glue::Typed<ReaderId>, book_id: impl glue::Typed<BookId>, pages: i32, copies: impl glue::Typed<Copies>, ) -> Self;
}
