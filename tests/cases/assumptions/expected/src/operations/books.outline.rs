pub struct Books<'c> { pub(crate) client: &'c Client, }
impl<'c> Books<'c> {
    pub fn read(self, branch: &str) -> Call<ReadBooks>;
    pub fn add(self, key: IdempotencyKey, branch: &str, body: &Book) -> Call<AddBook>;
}
pub struct ReadBooks;
impl glue::Operation for ReadBooks {
    type Output = ReadBooksResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readBooks",
            "GET",
            "/books",
        )
        .accept("application/json, application/problem+json");
}
impl glue::Paged for ReadBooks {
    type Item = Book;
    const PAGING: glue::Paging = glue::Paging { cursor: "after", limit: None, };
    const ITEMS: &'static str = "/books";
}
impl Call<ReadBooks> {
    pub fn after(self, after: impl Into<String>) -> Self;
    pub fn shelf(self, shelf: impl Into<Place>) -> Self;
    pub fn sort(self, sort: ReadBooksSort) -> Self;
    pub fn limit(self, limit: i64) -> Self;
}
pub struct AddBook;
impl glue::Operation for AddBook {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addBook",
            "POST",
            "/books",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("application/problem+json")
        .successes(&[glue::Success::nothing(201, 201)])
        .failures(crate::api::FAILURES_1);
    const ANSWERS: &'static [u16] = &[201];
}
