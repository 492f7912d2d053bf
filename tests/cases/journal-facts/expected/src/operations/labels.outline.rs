pub struct Labels<'c> { pub(crate) client: &'c Client, }
impl<'c> Labels<'c> {
    pub fn close(self, key: IdempotencyKey, label: &str) -> Call<CloseLabel>;
    pub fn read(self, label: &str) -> Call<ReadLabel>;
}
pub struct CloseLabel;
impl glue::Operation for CloseLabel {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "closeLabel",
            "POST",
            "/labels/{label}/close",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .subject(&[glue::Subject::Path("label")]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadLabel;
impl glue::Operation for ReadLabel {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readLabel",
            "GET",
            "/labels/{label}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
