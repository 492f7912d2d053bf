pub struct Orders<'c> { pub(crate) client: &'c Client, }
impl<'c> Orders<'c> {
    pub fn list(self) -> Call<GetApiV2Orders> { Call::new(self.client, glue::request::<GetApiV2Orders>(self.client)) }
}
pub struct GetApiV2Orders;
impl glue::Operation for GetApiV2Orders {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_api_v2_orders",
            "GET",
            "/api/v2/orders",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
