pub enum ShelfEvent { Moved(ShelfEventMoved), Done(ShelfEventDone), Unknown(JsonValue), }
impl ShelfEvent {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["event", "data"], constants: &[("event", &["moved"])], }, ],
        &[
            glue::Shape {
                kinds: glue::OBJECT,
                required: &["event", "data"],
                constants: &[("event", &["done"]), ("data", &["[DONE]"])],
            },
        ],
    ];
}
impl glue::Json for ShelfEvent { }
glue::model!(ShelfEvent);
pub struct ShelfEventMoved { pub event: ShelfEventMovedEvent, pub data: Loan, extra: Extra, }
impl ShelfEventMoved { pub fn extra(&self) -> &Extra; }
glue::object!(ShelfEventMoved { event: "event", data: "data", });
glue::debug!(ShelfEventMoved);
pub enum ShelfEventMovedEvent { Moved, Unknown(String), }
impl ShelfEventMovedEvent { pub fn as_str(&self) -> &str; }
glue::is_text!(ShelfEventMovedEvent);
impl glue::Enum for ShelfEventMovedEvent {
    const TABLE: &'static [(&'static str, Self)] = &[("moved", Self::Moved)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
glue::debug!(ShelfEventMovedEvent);
pub struct ShelfEventDone { pub event: ShelfEventDoneEvent, pub data: ShelfEventDoneData, extra: Extra, }
impl ShelfEventDone { pub fn extra(&self) -> &Extra; }
glue::object!(ShelfEventDone { event: "event", data: "data", });
glue::debug!(ShelfEventDone);
pub enum ShelfEventDoneEvent { Done, Unknown(String), }
impl ShelfEventDoneEvent { pub fn as_str(&self) -> &str; }
glue::is_text!(ShelfEventDoneEvent);
impl glue::Enum for ShelfEventDoneEvent {
    const TABLE: &'static [(&'static str, Self)] = &[("done", Self::Done)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
glue::debug!(ShelfEventDoneEvent);
pub enum ShelfEventDoneData { Done, Unknown(String), }
impl ShelfEventDoneData { pub fn as_str(&self) -> &str; }
glue::is_text!(ShelfEventDoneData);
impl glue::Enum for ShelfEventDoneData {
    const TABLE: &'static [(&'static str, Self)] = &[("[DONE]", Self::Done)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
glue::debug!(ShelfEventDoneData);
