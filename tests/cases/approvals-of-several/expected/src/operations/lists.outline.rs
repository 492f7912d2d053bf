pub struct Lists<'c> { pub(crate) client: &'c Client, }
impl<'c> Lists<'c> { pub fn add(self, key: IdempotencyKey, body: Vec<SubmitLoan>) -> Call<AddList>; }
pub struct AddList;
impl glue::Operation for AddList {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addList",
            "POST",
            "/lists",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
