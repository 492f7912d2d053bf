pub struct Alarms<'c> { pub(crate) client: &'c Client, }
impl<'c> Alarms<'c> { pub fn watch(self) -> Call<WatchAlarms>; }
pub struct WatchAlarms;
impl glue::Operation for WatchAlarms {
    type Output = Events<WatchAlarmsResponseEventStream, glue::EventObjectMixed>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "watchAlarms",
            "GET",
            "/alarms",
        )
        .accept("text/event-stream");
}
