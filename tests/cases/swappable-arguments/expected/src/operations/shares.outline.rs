pub struct Shares<'c> { pub(crate) client: &'c Client, }
impl<'c> Shares<'c> { pub fn add(self, key: IdempotencyKey, body: &Share) -> Call<AddShare>; }
pub struct AddShare;
impl glue::Operation for AddShare {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addShare",
            "POST",
            "/shares",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
