pub struct Shares<'c> { pub(crate) client: &'c Client, }
impl<'c> Shares<'c> {
    pub fn list(self) -> Call<GetV1previewShares> {
        Call::new(self.client, glue::request::<GetV1previewShares>(self.client))
    }
}
pub struct GetV1previewShares;
impl glue::Operation for GetV1previewShares {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_v1preview_shares",
            "GET",
            "/v1preview/shares",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
