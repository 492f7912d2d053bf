pub struct A<'c> { pub(crate) client: &'c Client, }
impl<'c> A<'c> { pub fn list(self) -> Call<ListA> { Call::new(self.client, glue::request::<ListA>(self.client)) } }
pub struct ListA;
impl glue::Operation for ListA {
    type Output = ListAResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listA", "GET", "/a", );
}
impl glue::Paged for ListA {
    type Item = String;
    const PAGING: glue::Paging = glue::Paging { cursor: "cursor", limit: None, };
    const ITEMS: &'static str = "/data";
    fn items(page: Self::Output) -> Vec<Self::Item> { page.data }
    fn next(page: &Self::Output) -> Option<String> {
        if !page.more { return None; }
        Some(glue::ToParam::param(&page.next).into_owned())
    }
}
impl Call<ListA> { pub fn cursor(self, cursor: impl Into<String>) -> Self { self.set_query("cursor", cursor.into()) } }
