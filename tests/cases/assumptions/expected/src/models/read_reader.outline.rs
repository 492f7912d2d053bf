pub struct ReadReaderResponse { pub books: Option<Vec<String>>, pub next: Option<String>, extra: Extra, }
impl ReadReaderResponse { pub fn extra(&self) -> &Extra; }
glue::object!(ReadReaderResponse { books: "books", next: "next", });
glue::model!(ReadReaderResponse);
impl IntoIterator for ReadReaderResponse { type Item = String; type IntoIter = std::vec::IntoIter<String>; }
impl<'p> IntoIterator for &'p ReadReaderResponse {
    type Item = &'p String;
    type IntoIter = std::slice::Iter<'p, String>;
}
