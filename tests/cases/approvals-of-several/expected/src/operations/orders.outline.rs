pub struct Orders<'c> { pub(crate) client: &'c Client, }
impl<'c> Orders<'c> {
    pub fn submit( self, key: IdempotencyKey, body: &crate::models::SubmitOrder, ) -> Call<SubmitOrder>;
}
pub struct SubmitOrder;
impl glue::Operation for SubmitOrder {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "submitOrder",
            "POST",
            "/orders/submit",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
