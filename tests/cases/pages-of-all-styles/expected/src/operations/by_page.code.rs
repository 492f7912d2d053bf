pub struct ByPage<'c> { pub(crate) client: &'c Client, }
impl<'c> ByPage<'c> {
    pub fn list(self) -> Call<ListByPage> { Call::new(self.client, glue::request::<ListByPage>(self.client)) }
}
pub struct ListByPage;
impl glue::Operation for ListByPage {
    type Output = BookPage;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listByPage", "GET", "/by-page", );
}
impl glue::Paged for ListByPage {
    type Item = Book;
    const PAGING: glue::Paging = glue::Paging { cursor: "page", limit: None, };
    const ITEMS: &'static str = "/books";
    const NEXT: glue::NextPage = glue::NextPage::Page(1);
    fn items(page: Self::Output) -> Vec<Self::Item> { page.books }
    fn progress(page: &Self::Output) -> glue::Progress {
        glue::Progress {
            more: page.last.as_ref().map(|done| !done),
            items: page.books.len(),
            total: page
                .total
                .as_ref()
                .map(|cursor| glue::ToParam::param(cursor).into_owned()),
        }
    }
}
impl Call<ListByPage> { pub fn page(self, page: i64) -> Self { self.set_query("page", page) } }
