pub struct ByHeader<'c> { pub(crate) client: &'c Client, }
impl<'c> ByHeader<'c> {
    pub fn list(self) -> Call<ListByHeader> { Call::new(self.client, glue::request::<ListByHeader>(self.client)) }
}
pub struct ListByHeader;
impl glue::Operation for ListByHeader {
    type Output = Vec<Book>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listByHeader", "GET", "/by-header", );
}
impl glue::Paged for ListByHeader {
    type Item = Book;
    const PAGING: glue::Paging = glue::Paging { cursor: "cursor", limit: None, };
    const ITEMS: &'static str = "";
    const NEXT: glue::NextPage = glue::NextPage::Header("X-After");
    fn items(page: Self::Output) -> Vec<Self::Item> { page }
}
impl Call<ListByHeader> {
    pub fn cursor(self, cursor: impl Into<String>) -> Self { self.set_query("cursor", cursor.into()) }
}
