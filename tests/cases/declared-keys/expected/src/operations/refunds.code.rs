pub struct Refunds<'c> { pub(crate) client: &'c Client, }
impl<'c> Refunds<'c> {
    pub fn refund(self, key: IdempotencyKey) -> Call<Refund> {
        Call::new(self.client, glue::request::<Refund>(self.client).key(key))
    }
}
pub struct Refund;
impl glue::Operation for Refund {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "refund",
            "POST",
            "/refunds",
        )
        .intent(glue::KeyIntent::Effect)
        .key(glue::KeyRules::header("Idempotency-Key", 1, 255))
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
