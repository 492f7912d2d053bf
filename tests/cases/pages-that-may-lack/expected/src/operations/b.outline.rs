pub struct B<'c> { pub(crate) client: &'c Client, }
impl<'c> B<'c> { pub fn list(self) -> Call<ListB>; }
pub struct ListB;
impl glue::Operation for ListB {
    type Output = ListBResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listB", "GET", "/b", );
}
impl glue::Paged for ListB {
    type Item = String;
    const PAGING: glue::Paging = glue::Paging { cursor: "cursor", limit: None, };
    const ITEMS: &'static str = "/data";
}
impl Call<ListB> { pub fn cursor(self, cursor: impl Into<String>) -> Self; }
