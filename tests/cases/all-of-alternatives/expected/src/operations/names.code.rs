pub struct Names<'c> { pub(crate) client: &'c Client, }
impl<'c> Names<'c> {
    pub fn list(self) -> Call<ListNames> { Call::new(self.client, glue::request::<ListNames>(self.client)) }
}
pub struct ListNames;
impl glue::Operation for ListNames {
    type Output = NamesReply;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listNames", "GET", "/names", );
}
