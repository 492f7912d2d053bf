pub struct ByLink<'c> { pub(crate) client: &'c Client, }
impl<'c> ByLink<'c> {
    pub fn list(self) -> Call<ListByLink> { Call::new(self.client, glue::request::<ListByLink>(self.client)) }
}
pub struct ListByLink;
impl glue::Operation for ListByLink {
    type Output = Vec<Book>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listByLink", "GET", "/by-link", );
}
impl glue::Paged for ListByLink {
    type Item = Book;
    const PAGING: glue::Paging = glue::Paging { cursor: "", limit: None, };
    const ITEMS: &'static str = "";
    const NEXT: glue::NextPage = glue::NextPage::Link("next");
    fn items(page: Self::Output) -> Vec<Self::Item> { page }
}
