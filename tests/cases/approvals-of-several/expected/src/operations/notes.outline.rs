pub struct Notes<'c> { pub(crate) client: &'c Client, }
impl<'c> Notes<'c> {
    pub fn create(self, key: IdempotencyKey, body: &NoteRequest) -> Call<Note>;
    pub fn create_with_text( self, key: IdempotencyKey, body: impl Into<String>, ) -> Call<Note>;
}
pub struct Note;
impl glue::Operation for Note {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "note",
            "POST",
            "/notes",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
