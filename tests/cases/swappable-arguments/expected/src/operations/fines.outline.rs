pub struct Fines<'c> { pub(crate) client: &'c Client, }
impl<'c> Fines<'c> { pub fn set(self, key: IdempotencyKey, body: &Fine) -> Call<SetFine>; }
pub struct SetFine;
impl glue::Operation for SetFine {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "setFine",
            "POST",
            "/fines",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
