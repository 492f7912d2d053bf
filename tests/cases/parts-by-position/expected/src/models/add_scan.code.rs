pub struct AddScan { pub name: String, pub pages: AddScanRequestMultipartPages, }
impl AddScan {
    pub fn new(name: impl Into<String>, pages: AddScanRequestMultipartPages) -> Self {
        Self { name: name.into(), pages }
    }
    pub(crate) fn parts(&self) -> glue::Multipart {
        glue::Multipart::new()
            .text("name", &self.name)
            .parts("pages", self.pages.parts(), "multipart/mixed")
    }
}
