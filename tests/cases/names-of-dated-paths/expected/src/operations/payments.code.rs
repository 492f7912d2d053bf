pub struct Payments<'c> { pub(crate) client: &'c Client, }
impl<'c> Payments<'c> {
    pub fn list(self) -> Call<GetV2beta1Payments> {
        Call::new(self.client, glue::request::<GetV2beta1Payments>(self.client))
    }
}
pub struct GetV2beta1Payments;
impl glue::Operation for GetV2beta1Payments {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_v2beta1_payments",
            "GET",
            "/v2beta1/payments",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
