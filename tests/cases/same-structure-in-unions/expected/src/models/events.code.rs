pub struct Events {
    pub note: Option<Note>,
    pub remark: Option<Remark>,
    pub last: Option<EventsLast>,
    pub next: Option<EventsNext>,
    pub plain: Option<EventsPlain>,
    pub constant: Option<EventsConstant>,
    extra: Extra,
}
impl Default for Events { fn default() -> Self { Self::new() } }
impl Events {
    pub fn new() -> Self {
        Self { note: None, remark: None, last: None, next: None, plain: None, constant: None, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Events {
    note: "note",
    remark: "remark",
    last: "last",
    next: "next",
    plain: "plain",
    constant: "constant",
});
glue::model!(Events);
pub enum EventsLast { Words(Words), Link(EventsLastLink), Unknown(JsonValue), }
impl From<Words> for EventsLast { fn from(value: Words) -> Self { Self::Words(value) } }
impl From<EventsLastLink> for EventsLast { fn from(value: EventsLastLink) -> Self { Self::Link(value) } }
impl glue::Json for EventsLast {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("text") => Self::Words(v.decode()),
            Some("link") => Self::Link(v.decode()),
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Words(value) => w.value(value),
            Self::Link(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::debug!(EventsLast);
pub struct Words { pub kind: String, pub text: Option<String>, extra: Extra, }
impl Default for Words { fn default() -> Self { Self::new() } }
impl Words {
    pub fn new() -> Self { Self { kind: <String>::from("text"), text: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Words { kind: "kind", text: "text", });
glue::debug!(Words);
pub struct EventsLastLink { pub kind: String, pub url: Option<String>, extra: Extra, }
impl Default for EventsLastLink { fn default() -> Self { Self::new() } }
impl EventsLastLink {
    pub fn new() -> Self { Self { kind: <String>::from("link"), url: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(EventsLastLink { kind: "kind", url: "url", });
glue::debug!(EventsLastLink);
pub enum EventsNext { Words(Words), Link(EventsNextLink), Unknown(JsonValue), }
impl From<Words> for EventsNext { fn from(value: Words) -> Self { Self::Words(value) } }
impl From<EventsNextLink> for EventsNext { fn from(value: EventsNextLink) -> Self { Self::Link(value) } }
impl glue::Json for EventsNext {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("text") => Self::Words(v.decode()),
            Some("page") => Self::Link(v.decode()),
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Words(value) => w.value(value),
            Self::Link(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::debug!(EventsNext);
pub struct EventsNextLink { pub kind: String, pub url: Option<String>, extra: Extra, }
impl Default for EventsNextLink { fn default() -> Self { Self::new() } }
impl EventsNextLink {
    pub fn new() -> Self { Self { kind: <String>::from("page"), url: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(EventsNextLink { kind: "kind", url: "url", });
glue::debug!(EventsNextLink);
pub struct EventsPlain { pub kind: String, pub url: Option<String>, extra: Extra, }
impl EventsPlain {
    pub fn new(kind: impl Into<String>) -> Self { Self { kind: kind.into(), url: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(EventsPlain { kind: "kind", url: "url", });
glue::debug!(EventsPlain);
pub enum EventsConstant { Remark(Remark), Other(EventsConstantOther), Unknown(JsonValue), }
impl From<Remark> for EventsConstant { fn from(value: Remark) -> Self { Self::Remark(value) } }
impl From<EventsConstantOther> for EventsConstant { fn from(value: EventsConstantOther) -> Self { Self::Other(value) } }
impl glue::Json for EventsConstant {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("remark") => Self::Remark(v.decode()),
            Some("other") => Self::Other(v.decode()),
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Remark(value) => w.value(value),
            Self::Other(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::debug!(EventsConstant);
pub struct EventsConstantOther { pub kind: EventsConstantOtherKind, extra: Extra, }
impl Default for EventsConstantOther { fn default() -> Self { Self::new() } }
impl EventsConstantOther {
    pub fn new() -> Self { Self { kind: EventsConstantOtherKind::Other, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(EventsConstantOther { kind: "kind", });
glue::debug!(EventsConstantOther);
pub enum EventsConstantOtherKind { Other, Unknown(String), }
impl EventsConstantOtherKind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(EventsConstantOtherKind);
impl glue::Enum for EventsConstantOtherKind {
    const TABLE: &'static [(&'static str, Self)] = &[("other", Self::Other)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for EventsConstantOtherKind { fn from(text: &str) -> Self { glue::enum_from(text) } }
glue::debug!(EventsConstantOtherKind);
