pub struct BookPage { pub data: Vec<Book>, pub page: BookPagePage, extra: Extra, }
impl BookPage { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(BookPage { data: "data", page: "page", });
glue::model!(BookPage);
impl IntoIterator for BookPage {
    type Item = Book;
    type IntoIter = std::vec::IntoIter<Book>;
    fn into_iter(self) -> Self::IntoIter { self.data.into_iter() }
}
impl<'p> IntoIterator for &'p BookPage {
    type Item = &'p Book;
    type IntoIter = std::slice::Iter<'p, Book>;
    fn into_iter(self) -> Self::IntoIter { self.data.iter() }
}
pub struct BookPagePage { pub next: Option<String>, pub more: bool, extra: Extra, }
impl BookPagePage { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(BookPagePage { next: "next", more: "more", });
glue::debug!(BookPagePage);
