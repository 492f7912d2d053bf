pub struct ByOffset<'c> { pub(crate) client: &'c Client, }
impl<'c> ByOffset<'c> {
    pub fn list(self) -> Call<ListByOffset> { Call::new(self.client, glue::request::<ListByOffset>(self.client)) }
}
pub struct ListByOffset;
impl glue::Operation for ListByOffset {
    type Output = BookPage;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listByOffset", "GET", "/by-offset", );
}
impl glue::Paged for ListByOffset {
    type Item = Book;
    const PAGING: glue::Paging = glue::Paging { cursor: "skip", limit: None, };
    const ITEMS: &'static str = "/books";
    const NEXT: glue::NextPage = glue::NextPage::Offset(0);
    fn items(page: Self::Output) -> Vec<Self::Item> { page.books }
    fn progress(page: &Self::Output) -> glue::Progress {
        glue::Progress {
            more: None,
            items: page.books.len(),
            total: page
                .total
                .as_ref()
                .map(|cursor| glue::ToParam::param(cursor).into_owned()),
        }
    }
}
impl Call<ListByOffset> { pub fn skip(self, skip: i64) -> Self { self.set_query("skip", skip) } }
