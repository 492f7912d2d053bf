pub struct Notices<'c> { pub(crate) client: &'c Client, }
impl<'c> Notices<'c> {
    pub fn watch(self) -> Call<WatchNotices> { Call::new(self.client, glue::request::<WatchNotices>(self.client)) }
}
pub struct WatchNotices;
impl glue::Operation for WatchNotices {
    type Output = Events<String, glue::EventText>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "watchNotices",
            "GET",
            "/notices",
        )
        .accept("text/event-stream");
}
