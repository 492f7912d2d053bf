pub struct SetPictureRequestMultipart { pub file: Upload, pub title: Option<String>, }
impl SetPictureRequestMultipart {
    pub fn new(file: Upload) -> Self { Self { file, title: None } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new().file("file", &self.file, None);
        if let Some(value) = &self.title { parts = parts.text("title", value); }
        parts
    }
}
