pub struct ByLast<'c> { pub(crate) client: &'c Client, }
impl<'c> ByLast<'c> {
    pub fn list(self) -> Call<ListByLast> { Call::new(self.client, glue::request::<ListByLast>(self.client)) }
}
pub struct ListByLast;
impl glue::Operation for ListByLast {
    type Output = BookPage;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listByLast", "GET", "/by-last", );
}
impl glue::Paged for ListByLast {
    type Item = Book;
    const PAGING: glue::Paging = glue::Paging { cursor: "cursor", limit: None, };
    const ITEMS: &'static str = "/books";
    fn items(page: Self::Output) -> Vec<Self::Item> { page.books }
    fn next(page: &Self::Output) -> Option<String> {
        match page.more.as_ref() {
            Some(false) => None,
            Some(_) => {
                page.books
                    .last()
                    .map(|item| glue::ToParam::param(&item.id).into_owned())
                    .or(Some(String::new()))
            }
            None => {
                page.books
                    .last()
                    .map(|item| glue::ToParam::param(&item.id).into_owned())
                    .filter(|cursor| !cursor.is_empty())
            }
        }
    }
}
impl Call<ListByLast> {
    pub fn cursor(self, cursor: impl Into<String>) -> Self { self.set_query("cursor", cursor.into()) }
}
