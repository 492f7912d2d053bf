pub enum ReadBooksSort { A, Z, Unknown(String), }
impl ReadBooksSort { pub fn as_str(&self) -> &str; }
glue::is_text!(ReadBooksSort);
impl glue::Enum for ReadBooksSort {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("z", Self::Z)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ReadBooksSort { }
impl glue::ToParam for ReadBooksSort { }
glue::model!(ReadBooksSort);
pub struct ReadBooksResponse { pub books: Vec<Book>, pub next: Option<String>, extra: Extra, }
impl ReadBooksResponse { pub fn extra(&self) -> &Extra; }
glue::object!(ReadBooksResponse { books: "books", next: "next", });
glue::model!(ReadBooksResponse);
impl IntoIterator for ReadBooksResponse { type Item = Book; type IntoIter = std::vec::IntoIter<Book>; }
impl<'p> IntoIterator for &'p ReadBooksResponse { type Item = &'p Book; type IntoIter = std::slice::Iter<'p, Book>; }
