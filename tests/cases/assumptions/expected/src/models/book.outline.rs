pub struct Book {
    pub dust: Option<String>,
    pub title: BookTitle,
    pub pages: Vec<i32>,
    pub notes: Option<Map<String>>,
    pub marks: Option<BookMarks>,
    pub plain: Option<String>,
    pub known: Option<bool>,
    pub shelf: Option<Place>,
    extra: Extra,
}
impl Book { pub fn new(title: BookTitle, pages: Vec<i32>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Book {
    dust: "dust",
    title: "title",
    pages: "pages",
    notes: "notes",
    marks: "marks",
    plain: "plain",
    known: "known",
    shelf: "shelf",
});
glue::model!(Book);
pub enum BookTitle { Aa, Bb, Unknown(String), }
impl BookTitle { pub fn as_str(&self) -> &str; }
glue::is_text!(BookTitle);
impl glue::Enum for BookTitle {
    const TABLE: &'static [(&'static str, Self)] = &[("Aa", Self::Aa), ("Bb", Self::Bb)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for BookTitle { }
glue::debug!(BookTitle);
pub struct BookMarks { extra: Extra, }
impl Default for BookMarks { }
impl BookMarks { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(BookMarks {});
glue::debug!(BookMarks);
