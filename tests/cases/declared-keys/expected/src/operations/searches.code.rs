pub struct Searches<'c> { pub(crate) client: &'c Client, }
impl<'c> Searches<'c> {
    pub fn search(self, key: RefreshKey) -> Call<Search> {
        Call::new(self.client, glue::request::<Search>(self.client).refresh_key(key))
    }
}
pub struct Search;
impl glue::Operation for Search {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "search",
            "POST",
            "/searches",
        )
        .intent(glue::KeyIntent::Refresh)
        .key(glue::KeyRules::header("Idempotency-Key", 1, 255))
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
