pub enum WatchWordsResponseEventStream {
    Added(WatchWordsResponseEventStreamAdded),
    Word(WatchWordsResponseEventStreamWord),
    Unknown(JsonValue),
}
impl WatchWordsResponseEventStream {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["event", "data"], constants: &[("event", &["added"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["event", "data"], constants: &[("event", &["word"])], }, ],
    ];
}
impl glue::Json for WatchWordsResponseEventStream { }
glue::model!(WatchWordsResponseEventStream);
pub struct WatchWordsResponseEventStreamAdded {
    pub event: WatchWordsResponseEventStreamAddedEvent,
    pub data: Loan,
    extra: Extra,
}
impl WatchWordsResponseEventStreamAdded { pub fn extra(&self) -> &Extra; }
glue::object!(WatchWordsResponseEventStreamAdded { event: "event", data: "data", });
glue::debug!(WatchWordsResponseEventStreamAdded);
pub enum WatchWordsResponseEventStreamAddedEvent { Added, Unknown(String), }
impl WatchWordsResponseEventStreamAddedEvent { pub fn as_str(&self) -> &str; }
glue::is_text!(WatchWordsResponseEventStreamAddedEvent);
impl glue::Enum for WatchWordsResponseEventStreamAddedEvent {
    const TABLE: &'static [(&'static str, Self)] = &[("added", Self::Added)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
glue::debug!(WatchWordsResponseEventStreamAddedEvent);
pub struct WatchWordsResponseEventStreamWord {
    pub event: WatchWordsResponseEventStreamWordEvent,
    pub data: String,
    extra: Extra,
}
impl WatchWordsResponseEventStreamWord { pub fn extra(&self) -> &Extra; }
glue::object!(WatchWordsResponseEventStreamWord { event: "event", data: "data", });
glue::debug!(WatchWordsResponseEventStreamWord);
pub enum WatchWordsResponseEventStreamWordEvent { Word, Unknown(String), }
impl WatchWordsResponseEventStreamWordEvent { pub fn as_str(&self) -> &str; }
glue::is_text!(WatchWordsResponseEventStreamWordEvent);
impl glue::Enum for WatchWordsResponseEventStreamWordEvent {
    const TABLE: &'static [(&'static str, Self)] = &[("word", Self::Word)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
glue::debug!(WatchWordsResponseEventStreamWordEvent);
