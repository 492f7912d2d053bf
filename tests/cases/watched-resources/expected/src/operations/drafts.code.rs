pub struct Drafts<'c> { pub(crate) client: &'c Client, }
impl<'c> Drafts<'c> {
    pub fn read(self, id: &str) -> Call<ReadDraft> {
        Call::new(self.client, glue::request::<ReadDraft>(self.client).path("id", id))
    }
}
pub struct ReadDraft;
impl glue::Operation for ReadDraft {
    type Output = ReadDraftResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readDraft", "GET", "/drafts/{id}", );
}
impl glue::Pollable for ReadDraft {
    fn state(output: &Self::Output) -> glue::State<'_> {
        output
            .state
            .as_ref()
            .map_or(
                glue::State::default(),
                |status| glue::State {
                    name: Some(status.as_str()),
                    terminal: status.is_terminal(),
                    needs_action: status.needs_action(),
                },
            )
    }
}
