pub struct Anything<'c> { pub(crate) client: &'c Client, }
impl<'c> Anything<'c> {
    pub fn watch(self) -> Call<WatchAnything> { Call::new(self.client, glue::request::<WatchAnything>(self.client)) }
}
pub struct WatchAnything;
impl glue::Operation for WatchAnything {
    type Output = Events<String, glue::EventText>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "watchAnything",
            "GET",
            "/anything",
        )
        .accept("text/event-stream");
}
