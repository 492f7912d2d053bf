pub struct BookPage {
    pub books: Vec<Book>,
    pub next: Maybe<String>,
    pub more: Option<bool>,
    pub last: Option<bool>,
    pub total: Option<i64>,
    pub links: Option<BookPageLinks>,
    extra: Extra,
}
impl BookPage { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(BookPage { books: "books", next: "next", more: "more", last: "last", total: "total", links: "links", });
glue::model!(BookPage);
impl IntoIterator for BookPage {
    type Item = Book;
    type IntoIter = std::vec::IntoIter<Book>;
    fn into_iter(self) -> Self::IntoIter { self.books.into_iter() }
}
impl<'p> IntoIterator for &'p BookPage {
    type Item = &'p Book;
    type IntoIter = std::slice::Iter<'p, Book>;
    fn into_iter(self) -> Self::IntoIter { self.books.iter() }
}
pub struct BookPageLinks { pub next: Option<String>, extra: Extra, }
impl BookPageLinks { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(BookPageLinks { next: "next", });
glue::debug!(BookPageLinks);
