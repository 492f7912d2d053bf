pub struct AddReaderRequestMultipart { pub file: Upload, pub pin: String, }
impl std::fmt::Debug for AddReaderRequestMultipart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddReaderRequestMultipart")
            .field("file", &self.file)
            .field("pin", &"[redacted]")
            .finish()
    }
}
impl AddReaderRequestMultipart {
    pub fn new(file: Upload, pin: impl Into<String>) -> Self { Self { file, pin: pin.into() } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        glue::Multipart::new()
            .file("file", &self.file, None)
            .text("pin", &self.pin)
            .content_type("text/plain")
    }
}
