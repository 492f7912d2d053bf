pub struct Returns<'c> { pub(crate) client: &'c Client, }
impl<'c> Returns<'c> {
    pub fn watch(self) -> Call<WatchReturns> { Call::new(self.client, glue::request::<WatchReturns>(self.client)) }
}
pub struct WatchReturns;
impl glue::Operation for WatchReturns {
    type Output = Events<Loan>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "watchReturns",
            "GET",
            "/returns",
        )
        .accept("text/event-stream");
}
