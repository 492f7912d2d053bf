pub struct RelateScan { pub doc: Upload, }
impl RelateScan {
    pub fn new(doc: Upload) -> Self { Self { doc } }
    pub(crate) fn parts(&self) -> glue::Multipart { glue::Multipart::new().file("doc", &self.doc, None) }
}
