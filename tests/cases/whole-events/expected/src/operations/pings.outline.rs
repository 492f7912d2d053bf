pub struct Pings<'c> { pub(crate) client: &'c Client, }
impl<'c> Pings<'c> { pub fn watch(self) -> Call<WatchPings>; }
pub struct WatchPings;
impl glue::Operation for WatchPings {
    type Output = Events<WatchPingsResponseEventStreamItem, glue::EventObjectJson>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "watchPings",
            "GET",
            "/pings",
        )
        .accept("text/event-stream");
}
