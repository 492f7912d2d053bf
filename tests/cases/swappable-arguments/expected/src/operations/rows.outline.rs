pub struct Rows<'c> { pub(crate) client: &'c Client, }
impl<'c> Rows<'c> {
    pub fn count( self, key: IdempotencyKey, required: CountRowRequired, body: i64, ) -> Call<CountRow>;
    pub fn open(self, required: OpenRowRequired<'_>) -> Call<OpenRow>;
}
pub struct CountRow;
impl glue::Operation for CountRow {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "countRow",
            "PUT",
            "/rows/{row}",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .find("/rows/{row}", &[]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct CountRowRequired { pub row: i32, }
pub struct OpenRow;
impl glue::Operation for OpenRow {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "openRow",
            "GET",
            "/rows/{row}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct OpenRowRequired<'a> { pub row: i32, pub pin: &'a str, pub word: &'a str, }
