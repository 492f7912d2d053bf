pub struct WatchEitherResponseEventStream { pub data: Option<WatchEitherResponseEventStreamData>, extra: Extra, }
impl WatchEitherResponseEventStream { pub fn extra(&self) -> &Extra; }
impl glue::Json for WatchEitherResponseEventStream { }
glue::model!(WatchEitherResponseEventStream);
pub enum WatchEitherResponseEventStreamData { Loan(Loan), Text(String), Unknown(JsonValue), }
impl WatchEitherResponseEventStreamData {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["book"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for WatchEitherResponseEventStreamData { }
glue::debug!(WatchEitherResponseEventStreamData);
