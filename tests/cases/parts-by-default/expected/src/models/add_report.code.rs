pub struct AddReportRequestMultipart {
    pub note: String,
    pub scan: Upload,
    pub copy: Option<Upload>,
    pub copies: Vec<Upload>,
    pub tags: Vec<String>,
    pub state: Option<AddReportRequestMultipartState>,
    pub level: Option<AddReportRequestMultipartLevel>,
    pub text_or_file: Option<Upload>,
    pub text_or_list: Option<AddReportRequestMultipartTextOrList>,
    pub anything: Option<Upload>,
    pub several: Vec<Upload>,
    pub any_json: Option<JsonValue>,
    pub place: Option<AddReportRequestMultipartPlace>,
    pub table: Option<String>,
    pub page: Option<String>,
    pub picture: Option<Upload>,
    pub xml: Option<String>,
    pub patch: Option<AObject>,
    pub mixed: Option<AObject>,
}
impl AddReportRequestMultipart {
    pub fn new(note: impl Into<String>, scan: Upload) -> Self {
        Self {
            note: note.into(),
            scan,
            copy: None,
            copies: Vec::new(),
            tags: Vec::new(),
            state: None,
            level: None,
            text_or_file: None,
            text_or_list: None,
            anything: None,
            several: Vec::new(),
            any_json: None,
            place: None,
            table: None,
            page: None,
            picture: None,
            xml: None,
            patch: None,
            mixed: None,
        }
    }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new()
            .text("note", &self.note)
            .file("scan", &self.scan, None);
        if let Some(value) = &self.copy { parts = parts.file("copy", value, None); }
        for value in &self.copies { parts = parts.file("copies", value, None); }
        for value in &self.tags { parts = parts.text("tags", value); }
        if let Some(value) = &self.state { parts = parts.text("state", value); }
        if let Some(value) = &self.level { parts = parts.value("level", value); }
        if let Some(value) = &self.text_or_file { parts = parts.file("textOrFile", value, None); }
        if let Some(value) = &self.text_or_list { parts = parts.value("textOrList", value); }
        if let Some(value) = &self.anything { parts = parts.file("anything", value, None); }
        for value in &self.several { parts = parts.file("several", value, None); }
        if let Some(value) = &self.any_json { parts = parts.json("anyJson", value); }
        if let Some(value) = &self.place {
            parts = parts
                .styled( "place", &glue::Param::from_model(value), glue::Style::Form, true, );
        }
        if let Some(value) = &self.table { parts = parts.text("table", value).content_type("text/csv"); }
        if let Some(value) = &self.page { parts = parts.text("page", value).content_type("text/html; charset=utf-8"); }
        if let Some(value) = &self.picture { parts = parts.file("picture", value, Some("image/png, image/jpeg")); }
        if let Some(value) = &self.xml {
            parts = parts
                .text("xml", value)
                .content_type("application/xml; charset=utf-8");
        }
        if let Some(value) = &self.patch {
            parts = parts
                .json("patch", value)
                .content_type("application/merge-patch+json");
        }
        if let Some(value) = &self.mixed { parts = parts.json("mixed", value); }
        parts
    }
}
pub enum AddReportRequestMultipartState { Draft, Live, Empty, Unknown(String), }
impl AddReportRequestMultipartState { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(AddReportRequestMultipartState);
impl glue::Enum for AddReportRequestMultipartState {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("draft", Self::Draft),
        ("live", Self::Live),
        ("", Self::Empty),
    ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for AddReportRequestMultipartState { fn from(text: &str) -> Self { glue::enum_from(text) } }
impl glue::ToParam for AddReportRequestMultipartState {
    fn param(&self) -> std::borrow::Cow<'_, str> { std::borrow::Cow::Borrowed(self.as_str()) }
}
glue::model!(AddReportRequestMultipartState);
pub enum AddReportRequestMultipartLevel { Integer(i64), Text(String), Unknown(JsonValue), }
impl AddReportRequestMultipartLevel {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for AddReportRequestMultipartLevel {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Integer(v.decode()),
                1 => Self::Text(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Integer(value) => w.value(value),
            Self::Text(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::model!(AddReportRequestMultipartLevel);
pub enum AddReportRequestMultipartTextOrList { Text(String), TextList(Vec<String>), Unknown(JsonValue), }
impl AddReportRequestMultipartTextOrList {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::ARRAY, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for AddReportRequestMultipartTextOrList {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Text(v.decode()),
                1 => Self::TextList(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Text(value) => w.value(value),
            Self::TextList(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::model!(AddReportRequestMultipartTextOrList);
pub struct AddReportRequestMultipartPlace { pub shelf: Option<String>, pub row: Option<i64>, extra: Extra, }
impl Default for AddReportRequestMultipartPlace { fn default() -> Self { Self::new() } }
impl AddReportRequestMultipartPlace {
    pub fn new() -> Self { Self { shelf: None, row: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(AddReportRequestMultipartPlace { shelf: "shelf", row: "row", });
glue::model!(AddReportRequestMultipartPlace);
pub struct AObject { pub a: Option<String>, extra: Extra, }
impl Default for AObject { fn default() -> Self { Self::new() } }
impl AObject {
    pub fn new() -> Self { Self { a: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(AObject { a: "a", });
glue::model!(AObject);
