pub struct AddOrderRequestMultipart {
    pub scan: Upload,
    pub pages: Vec<Upload>,
    pub about: Option<About>,
    pub note: Option<String>,
}
impl AddOrderRequestMultipart {
    pub fn new(scan: Upload) -> Self { Self { scan, pages: Vec::new(), about: None, note: None, } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new().file("scan", &self.scan, None);
        for value in &self.pages { parts = parts.file("pages", value, None); }
        if let Some(value) = &self.about { parts = parts.json("about", value); }
        if let Some(value) = &self.note { parts = parts.text("note", value); }
        parts
    }
}
