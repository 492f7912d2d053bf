pub struct Words<'c> { pub(crate) client: &'c Client, }
impl<'c> Words<'c> { pub fn watch(self) -> Call<WatchWords>; }
pub struct WatchWords;
impl glue::Operation for WatchWords {
    type Output = Events<WatchWordsResponseEventStream, glue::EventObjectMixed>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "watchWords",
            "GET",
            "/words",
        )
        .accept("text/event-stream");
}
