pub struct AddJob { pub name: String, pub additional: Map<Upload>, }
impl std::fmt::Debug for AddJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddJob")
            .field("name", &self.name)
            .field( "additional", &self.additional.iter().collect::<std::collections::BTreeMap<_, _>>(), )
            .finish()
    }
}
impl AddJob {
    pub fn new(name: impl Into<String>) -> Self { Self { name: name.into(), additional: Map::new(), } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new().text("name", &self.name);
        for (name, value) in self.additional.iter() {
            parts = parts
                .further(&["name", "id"], name)
                .file(name.to_owned(), value, None);
        }
        parts
    }
}
