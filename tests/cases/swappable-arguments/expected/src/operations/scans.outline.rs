pub struct Scans<'c> { pub(crate) client: &'c Client, }
impl<'c> Scans<'c> { pub fn add(self, key: IdempotencyKey, body: &Scan) -> Call<AddScan>; }
pub struct AddScan;
impl glue::Operation for AddScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addScan",
            "POST",
            "/scans",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
