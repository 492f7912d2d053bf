pub struct Scan {
    pub title: String,
    pub page: Upload,
    pub secret_code: Code,
    pub secret_file: Option<Upload>,
    pub code: Vec<String>,
    pub pin: Vec<String>,
    pub tags: Vec<String>,
    pub files: Vec<Upload>,
    pub many: Vec<i64>,
    pub place: Option<ShelfObject>,
    pub count: Option<i64>,
    pub note: Option<Upload>,
    pub loose: Option<ShelfObject>,
    pub either: Option<Upload>,
    pub base64: Option<Base64>,
    pub fixed: Option<ScanFixed>,
}
impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan")
            .field("title", &"[redacted]")
            .field("page", &self.page)
            .field("secret_code", &"[redacted]")
            .field("secret_file", &"[redacted]")
            .field("code", &self.code)
            .field("pin", &"[redacted]")
            .field("tags", &self.tags)
            .field("files", &self.files)
            .field("many", &self.many)
            .field("place", &self.place)
            .field("count", &self.count)
            .field("note", &self.note)
            .field("loose", &self.loose)
            .field("either", &self.either)
            .field("base64", &self.base64)
            .field("fixed", &self.fixed)
            .finish()
    }
}
impl Scan {
    pub fn new( title: impl Into<String>, page: Upload, secret_code: Code, many: Vec<i64>, ) -> Self {
        Self {
            title: title.into(),
            page,
            secret_code,
            secret_file: None,
            code: Vec::new(),
            pin: Vec::new(),
            tags: Vec::new(),
            files: Vec::new(),
            many,
            place: None,
            count: None,
            note: None,
            loose: None,
            either: None,
            base64: None,
            fixed: None,
        }
    }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new()
            .text("title", &self.title)
            .file("page", &self.page, None)
            .text("secretCode", &self.secret_code);
        if let Some(value) = &self.secret_file { parts = parts.file("secretFile", value, None); }
        let value = &self.code;
        if !value.is_empty() { parts = parts .styled("code", &glue::Param::list(value), glue::Style::Form, false); }
        for value in &self.pin { parts = parts.text("pin", value); }
        for value in &self.tags { parts = parts.text("tags", value); }
        for value in &self.files { parts = parts.file("files", value, None); }
        for value in &self.many { parts = parts.text("many", value); }
        if let Some(value) = &self.place { parts = parts.json("place", value).content_type("text/plain"); }
        if let Some(value) = &self.count {
            parts = parts
                .styled("count", &glue::Param::one(value), glue::Style::Form, false);
        }
        if let Some(value) = &self.note { parts = parts.file("note", value, Some("image/png")); }
        if let Some(value) = &self.loose { parts = parts.value("loose", value).content_type("application/xml"); }
        if let Some(value) = &self.either { parts = parts.file("either", value, None); }
        if let Some(value) = &self.base64 { parts = parts.text("base64", value); }
        if let Some(value) = &self.fixed { parts = parts.text("fixed", value); }
        parts
    }
    pub(crate) fn parts_2(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new()
            .text("title", &self.title)
            .file("page", &self.page, Some("image/png"))
            .text("secretCode", &self.secret_code);
        if let Some(value) = &self.secret_file { parts = parts.file("secretFile", value, None); }
        for value in &self.code { parts = parts.text("code", value); }
        for value in &self.pin { parts = parts.text("pin", value).content_type("text/plain"); }
        let value = &self.tags;
        if !value.is_empty() { parts = parts.json("tags", value); }
        for value in &self.files { parts = parts.file("files", value, None); }
        for value in &self.many { parts = parts.text("many", value); }
        if let Some(value) = &self.place { parts = parts.json("place", value); }
        if let Some(value) = &self.count { parts = parts.text("count", value); }
        if let Some(value) = &self.note { parts = parts.file("note", value, None); }
        if let Some(value) = &self.loose { parts = parts.json("loose", value); }
        if let Some(value) = &self.either { parts = parts.file("either", value, None); }
        if let Some(value) = &self.base64 { parts = parts.text("base64", value); }
        if let Some(value) = &self.fixed { parts = parts.text("fixed", value); }
        parts
    }
    pub(crate) fn parts_3(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new()
            .json("title", &self.title)
            .content_type("application/json; charset=utf-8")
            .file("page", &self.page, Some("image/png"))
            .text("secretCode", &self.secret_code);
        if let Some(value) = &self.secret_file { parts = parts.file("secretFile", value, None); }
        for value in &self.code { parts = parts.text("code", value); }
        let value = &self.pin;
        if !value.is_empty() {
            parts = parts
                .styled( "pin", &glue::Param::list(value), glue::Style::PipeDelimited, false, );
        }
        for value in &self.tags { parts = parts.text("tags", value); }
        for value in &self.files { parts = parts.file("files", value, None); }
        for value in &self.many { parts = parts.text("many", value); }
        if let Some(value) = &self.place { parts = parts.json("place", value); }
        if let Some(value) = &self.count { parts = parts.text("count", value); }
        if let Some(value) = &self.note { parts = parts.file("note", value, None); }
        if let Some(value) = &self.loose { parts = parts.json("loose", value); }
        if let Some(value) = &self.either { parts = parts.file("either", value, None); }
        if let Some(value) = &self.base64 { parts = parts.text("base64", value); }
        if let Some(value) = &self.fixed { parts = parts.text("fixed", value); }
        parts
    }
}
pub struct ShelfObject { pub shelf: Option<String>, extra: Extra, }
impl Default for ShelfObject { fn default() -> Self { Self::new() } }
impl ShelfObject {
    pub fn new() -> Self { Self { shelf: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ShelfObject { shelf: "shelf", });
glue::model!(ShelfObject);
pub enum ScanFixed { A, Unknown(String), }
impl ScanFixed { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(ScanFixed);
impl glue::Enum for ScanFixed {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for ScanFixed { fn from(text: &str) -> Self { glue::enum_from(text) } }
impl glue::ToParam for ScanFixed {
    fn param(&self) -> std::borrow::Cow<'_, str> { std::borrow::Cow::Borrowed(self.as_str()) }
}
glue::model!(ScanFixed);
