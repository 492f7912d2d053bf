pub struct Books<'c> { pub(crate) client: &'c Client, }
impl<'c> Books<'c> {
    pub fn find(self) -> Call<FindBooks> { Call::new(self.client, glue::request::<FindBooks>(self.client)) }
}
pub struct FindBooks;
impl glue::Operation for FindBooks {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "findBooks",
            "GET",
            "/books",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
impl Call<FindBooks> {
    pub fn isbn(self, isbn: impl Into<String>) -> Self { self.set_query("isbn", isbn.into()) }
    pub fn isbn_brackets(self, isbn_brackets: Vec<String>) -> Self {
        Self {
            request: self
                .request
                .query_as( "isbn[]", &glue::Param::list(&isbn_brackets), glue::Style::Form, true, false, ),
            ..self
        }
    }
    pub fn filter_bracket_x(self, filter_bracket_x: impl Into<String>) -> Self {
        self.set_query("filter[x]", filter_bracket_x.into())
    }
    pub fn filter_x(self, filter_x: impl Into<String>) -> Self { self.set_query("filter_x", filter_x.into()) }
}
