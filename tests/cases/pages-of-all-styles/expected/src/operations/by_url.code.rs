pub struct ByUrl<'c> { pub(crate) client: &'c Client, }
impl<'c> ByUrl<'c> {
    pub fn list(self) -> Call<ListByUrl> { Call::new(self.client, glue::request::<ListByUrl>(self.client)) }
}
pub struct ListByUrl;
impl glue::Operation for ListByUrl {
    type Output = BookPage;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listByUrl", "GET", "/by-url", );
}
impl glue::Paged for ListByUrl {
    type Item = Book;
    const PAGING: glue::Paging = glue::Paging { cursor: "", limit: None, };
    const ITEMS: &'static str = "/books";
    const NEXT: glue::NextPage = glue::NextPage::Url;
    fn items(page: Self::Output) -> Vec<Self::Item> { page.books }
    fn next(page: &Self::Output) -> Option<String> {
        match page.more.as_ref() {
            Some(false) => None,
            Some(_) => {
                page.links
                    .as_ref()
                    .and_then(|value| value.next.as_ref())
                    .map(|cursor| glue::ToParam::param(cursor).into_owned())
                    .or(Some(String::new()))
            }
            None => {
                page.links
                    .as_ref()
                    .and_then(|value| value.next.as_ref())
                    .map(|cursor| glue::ToParam::param(cursor).into_owned())
                    .filter(|cursor| !cursor.is_empty())
            }
        }
    }
}
