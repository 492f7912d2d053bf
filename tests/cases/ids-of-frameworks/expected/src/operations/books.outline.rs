pub struct Books<'c> { pub(crate) client: &'c Client, }
impl<'c> Books<'c> { pub fn list(self) -> Call<BooksBookListBook>; pub fn create(self) -> Call<ApiBooksPost>; }
pub struct BooksBookListBook;
impl glue::Operation for BooksBookListBook {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Books.Book.ListBook",
            "GET",
            "/books",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ApiBooksPost;
impl glue::Operation for ApiBooksPost {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "api_books_post",
            "POST",
            "/books",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
