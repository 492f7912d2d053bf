pub enum WatchPingsResponseEventStreamItem {
    Ping(WatchPingsResponseEventStreamItemPing),
    Message(WatchPingsResponseEventStreamItemMessage),
    Unknown(JsonValue),
}
impl WatchPingsResponseEventStreamItem {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["event", "data"], constants: &[("event", &["ping"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["data"], constants: &[], }, ],
    ];
}
impl glue::Json for WatchPingsResponseEventStreamItem { }
glue::model!(WatchPingsResponseEventStreamItem);
pub struct WatchPingsResponseEventStreamItemPing {
    pub event: WatchPingsResponseEventStreamItemPingEvent,
    pub id: Option<i64>,
    pub data: Loan,
    pub retry: Option<i64>,
    extra: Extra,
}
impl WatchPingsResponseEventStreamItemPing { pub fn extra(&self) -> &Extra; }
glue::object!(WatchPingsResponseEventStreamItemPing { event: "event", id: "id", data: "data", retry: "retry", });
glue::debug!(WatchPingsResponseEventStreamItemPing);
pub enum WatchPingsResponseEventStreamItemPingEvent { Ping, Unknown(String), }
impl WatchPingsResponseEventStreamItemPingEvent { pub fn as_str(&self) -> &str; }
glue::is_text!(WatchPingsResponseEventStreamItemPingEvent);
impl glue::Enum for WatchPingsResponseEventStreamItemPingEvent {
    const TABLE: &'static [(&'static str, Self)] = &[("ping", Self::Ping)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
glue::debug!(WatchPingsResponseEventStreamItemPingEvent);
pub struct WatchPingsResponseEventStreamItemMessage {
    pub event: Option<WatchPingsResponseEventStreamItemMessageEvent>,
    pub id: Option<i64>,
    pub data: Note,
    pub retry: Option<i64>,
    extra: Extra,
}
impl WatchPingsResponseEventStreamItemMessage { pub fn extra(&self) -> &Extra; }
glue::object!(WatchPingsResponseEventStreamItemMessage { event: "event", id: "id", data: "data", retry: "retry", });
glue::debug!(WatchPingsResponseEventStreamItemMessage);
pub enum WatchPingsResponseEventStreamItemMessageEvent { Message, Unknown(String), }
impl WatchPingsResponseEventStreamItemMessageEvent { pub fn as_str(&self) -> &str; }
glue::is_text!(WatchPingsResponseEventStreamItemMessageEvent);
impl glue::Enum for WatchPingsResponseEventStreamItemMessageEvent {
    const TABLE: &'static [(&'static str, Self)] = &[("message", Self::Message)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
glue::debug!(WatchPingsResponseEventStreamItemMessageEvent);
