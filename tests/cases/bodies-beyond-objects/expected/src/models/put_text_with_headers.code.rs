pub struct PutTextWithHeadersRequestMultipart { pub text: Option<String>, }
impl Default for PutTextWithHeadersRequestMultipart { fn default() -> Self { Self::new() } }
impl PutTextWithHeadersRequestMultipart {
    pub fn new() -> Self { Self { text: None } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new();
        if let Some(value) = &self.text { parts = parts.text("text", value); }
        parts
    }
}
