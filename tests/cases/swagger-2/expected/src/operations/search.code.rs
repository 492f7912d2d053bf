pub struct SearchGroup<'c> { pub(crate) client: &'c Client, }
impl<'c> SearchGroup<'c> {
    pub fn search(self) -> Call<Search> { Call::new(self.client, glue::request::<Search>(self.client)) }
}
pub struct Search;
impl glue::Operation for Search {
    type Output = Vec<Pet>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "search", "POST", "/search", );
}
impl Call<Search> {
    pub fn body(self, body: &SearchRequestForm) -> Self {
        Self { request: self .request .form_as(body, &[("words", glue::Style::Form, false, false)]), ..self }
    }
}
