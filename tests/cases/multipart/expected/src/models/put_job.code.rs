pub struct PutJob { pub title: Option<String>, pub additional: Map<Vec<Upload>>, }
impl std::fmt::Debug for PutJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PutJob")
            .field("title", &"[redacted]")
            .field("additional", &"[redacted]")
            .finish()
    }
}
impl Default for PutJob { fn default() -> Self { Self::new() } }
impl PutJob {
    pub fn new() -> Self { Self { title: None, additional: Map::new(), } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new();
        if let Some(value) = &self.title { parts = parts.text("title", value); }
        for (name, values) in self.additional.iter() {
            parts = parts.further(&["title"], name);
            for value in values { parts = parts.file(name.to_owned(), value, None); }
        }
        parts
    }
}
