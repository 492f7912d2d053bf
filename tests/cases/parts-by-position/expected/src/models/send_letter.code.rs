pub struct SendLetterRequestRelatedItem1 { pub note: Option<String>, pub pages: Vec<Upload>, }
impl SendLetterRequestRelatedItem1 {
    pub fn new(pages: Vec<Upload>) -> Self { Self { note: None, pages } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new();
        if let Some(value) = &self.note { parts = parts.text("note", value); }
        for value in &self.pages { parts = parts.file("pages", value, Some("text/plain")); }
        parts
    }
}
pub struct SendLetterRequestRelated {
    pub part1: String,
    pub part2: Option<SendLetterRequestRelatedItem1>,
    pub part3: Option<Vec<i64>>,
}
impl SendLetterRequestRelated {
    pub fn new(part1: impl Into<String>) -> Self { Self { part1: part1.into(), part2: None, part3: None, } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::by_position()
            .text("part1", &self.part1)
            .content_type("text/html");
        if let Some(value) = &self.part2 { parts = parts.parts("part2", value.parts(), "multipart/alternative"); }
        if let Some(value) = &self.part3 { parts = parts.after(2, "part3").json("part3", value); }
        parts
    }
}
