pub struct Quotes<'c> { pub(crate) client: &'c Client, }
impl<'c> Quotes<'c> {
    pub fn list(self) -> Call<GetV1AlphaQuotes> {
        Call::new(self.client, glue::request::<GetV1AlphaQuotes>(self.client))
    }
}
pub struct GetV1AlphaQuotes;
impl glue::Operation for GetV1AlphaQuotes {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_v1_alpha_quotes",
            "GET",
            "/v1-alpha/quotes",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
