pub struct EndJob { pub name: String, pub additional: Map<Details>, }
impl EndJob {
    pub fn new(name: impl Into<String>) -> Self { Self { name: name.into(), additional: Map::new(), } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new().text("name", &self.name);
        for (name, value) in self.additional.iter() {
            parts = parts.further(&["name"], name).json(name.to_owned(), value);
        }
        parts
    }
}
