pub struct N24h<'c> { pub(crate) client: &'c Client, }
impl<'c> N24h<'c> {
    pub fn list_prices(self) -> Call<Get24hPrices> {
        Call::new(self.client, glue::request::<Get24hPrices>(self.client))
    }
}
pub struct Get24hPrices;
impl glue::Operation for Get24hPrices {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_24h_prices",
            "GET",
            "/24h/prices",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
