pub struct Refunds<'c> { pub(crate) client: &'c Client, }
impl<'c> Refunds<'c> {
    pub fn refund(self, key: IdempotencyKey, body: &Pay) -> Call<Refund>;
    pub fn list(self) -> Call<ListRefunds>;
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
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .subject(&[glue::Subject::Body("/reference")]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ListRefunds;
impl glue::Operation for ListRefunds {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "listRefunds",
            "GET",
            "/refunds",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
impl Call<ListRefunds> { pub fn reference(self, reference: impl Into<String>) -> Self; }
