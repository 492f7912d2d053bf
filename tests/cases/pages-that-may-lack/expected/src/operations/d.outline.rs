pub struct D<'c> { pub(crate) client: &'c Client, }
impl<'c> D<'c> { pub fn list(self) -> Call<ListD>; }
pub struct ListD;
impl glue::Operation for ListD {
    type Output = ListDResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listD", "GET", "/d", );
}
impl glue::Paged for ListD {
    type Item = String;
    const PAGING: glue::Paging = glue::Paging { cursor: "cursor", limit: None, };
    const ITEMS: &'static str = "/page/data";
}
impl Call<ListD> { pub fn cursor(self, cursor: impl Into<String>) -> Self; }
