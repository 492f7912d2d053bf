pub struct Lists<'c> { pub(crate) client: &'c Client, }
impl<'c> Lists<'c> {
    pub fn close(self, key: IdempotencyKey, list: &str) -> Call<CloseList>;
    pub fn read(self, list: &[String]) -> Call<ReadList>;
}
pub struct CloseList;
impl glue::Operation for CloseList {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "closeList",
            "POST",
            "/lists/{list}/close",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .subject(&[glue::Subject::Path("list")]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadList;
impl glue::Operation for ReadList {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readList",
            "GET",
            "/lists/{list}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
