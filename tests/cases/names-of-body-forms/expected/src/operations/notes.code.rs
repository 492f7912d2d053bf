pub struct Notes<'c> { pub(crate) client: &'c Client, }
impl<'c> Notes<'c> {
    pub fn add(self, body: &Note) -> Call<AddNote> {
        Call::new(self.client, glue::request::<AddNote>(self.client).json(body))
    }
    pub fn add_with_vnd_note(self, body: &Note) -> Call<AddNote> {
        Call::new( self.client, glue::request::<AddNote>(self.client) .json_as("application/vnd.note+json", body), )
    }
    pub fn add_with_text_plain(self, body: impl Into<String>) -> Call<AddNote> {
        Call::new( self.client, glue::request::<AddNote>(self.client).bytes("text/plain", body.into()), )
    }
    pub fn add_with_text(self, body: impl Into<String>) -> Call<AddNote> {
        Call::new( self.client, glue::request::<AddNote>(self.client).bytes("text/csv", body.into()), )
    }
    pub fn add_with_text_markdown(self, body: impl Into<String>) -> Call<AddNote> {
        Call::new( self.client, glue::request::<AddNote>(self.client).bytes("text/markdown", body.into()), )
    }
    pub fn read(self) -> Call<ReadNotes> { Call::new(self.client, glue::request::<ReadNotes>(self.client)) }
}
pub struct AddNote;
impl glue::Operation for AddNote {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addNote",
            "POST",
            "/notes",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadNotes;
impl glue::Operation for ReadNotes {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readNotes",
            "GET",
            "/notes",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
