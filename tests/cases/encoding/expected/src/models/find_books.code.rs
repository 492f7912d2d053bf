pub struct FindBooksRequestForm {
    pub words: Vec<String>,
    pub place: Option<FindBooksRequestFormPlace>,
    pub plain: Option<ShelfObject>,
    pub tags: Option<Vec<String>>,
    pub link: Option<String>,
    pub spread: Option<Vec<String>>,
    pub joined: Option<Vec<String>>,
    pub note: Option<String>,
    pub text: Option<String>,
    extra: Extra,
}
impl FindBooksRequestForm {
    pub fn new(words: Vec<String>) -> Self {
        Self {
            words,
            place: None,
            plain: None,
            tags: None,
            link: None,
            spread: None,
            joined: None,
            note: None,
            text: None,
            extra: Extra::default(),
        }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(FindBooksRequestForm {
    words: "words",
    place: "place",
    plain: "plain",
    tags: "tags",
    link: "link",
    spread: "spread",
    joined: "joined",
    note: "note",
    text: "text",
});
glue::model!(FindBooksRequestForm);
pub struct FindBooksRequestFormPlace { pub shelf: Option<String>, pub rows: Option<Vec<i64>>, extra: Extra, }
impl Default for FindBooksRequestFormPlace { fn default() -> Self { Self::new() } }
impl FindBooksRequestFormPlace {
    pub fn new() -> Self { Self { shelf: None, rows: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(FindBooksRequestFormPlace { shelf: "shelf", rows: "rows", });
glue::debug!(FindBooksRequestFormPlace);
pub struct ShelfObject { pub shelf: Option<String>, extra: Extra, }
impl Default for ShelfObject { fn default() -> Self { Self::new() } }
impl ShelfObject {
    pub fn new() -> Self { Self { shelf: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ShelfObject { shelf: "shelf", });
glue::model!(ShelfObject);
