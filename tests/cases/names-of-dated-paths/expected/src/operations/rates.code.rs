pub struct Rates<'c> { pub(crate) client: &'c Client, }
impl<'c> Rates<'c> {
    pub fn list(self) -> Call<GetV3rc1Rates> { Call::new(self.client, glue::request::<GetV3rc1Rates>(self.client)) }
}
pub struct GetV3rc1Rates;
impl glue::Operation for GetV3rc1Rates {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_v3rc1_rates",
            "GET",
            "/v3rc1/rates",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
