pub struct Charges<'c> { pub(crate) client: &'c Client, }
impl<'c> Charges<'c> {
    pub fn charge(self, key: IdempotencyKey, body: &Pay) -> Call<Charge>;
    pub fn list(self) -> Call<ListCharges>;
}
pub struct Charge;
impl glue::Operation for Charge {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "charge",
            "POST",
            "/charges",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .subject(&[glue::Subject::Body("/reference")]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ListCharges;
impl glue::Operation for ListCharges {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "listCharges",
            "GET",
            "/charges",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
impl Call<ListCharges> { pub fn reference(self, reference: Vec<String>) -> Self; }
