pub struct C<'c> { pub(crate) client: &'c Client, }
impl<'c> C<'c> { pub fn list(self) -> Call<ListC> { Call::new(self.client, glue::request::<ListC>(self.client)) } }
pub struct ListC;
impl glue::Operation for ListC {
    type Output = ListCResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listC", "GET", "/c", );
}
impl glue::Paged for ListC {
    type Item = String;
    const PAGING: glue::Paging = glue::Paging { cursor: "cursor", limit: None, };
    const ITEMS: &'static str = "/page/data/list";
    fn items(page: Self::Output) -> Vec<Self::Item> {
        page.page
            .value()
            .map(|value| value.data)
            .map(|value| value.list)
            .unwrap_or_default()
    }
    fn next(page: &Self::Output) -> Option<String> {
        page.page
            .as_ref()
            .value()
            .and_then(|value| value.next.as_ref())
            .map(|cursor| glue::ToParam::param(cursor).into_owned())
            .filter(|cursor| !cursor.is_empty())
    }
}
impl Call<ListC> { pub fn cursor(self, cursor: impl Into<String>) -> Self { self.set_query("cursor", cursor.into()) } }
