pub struct Book {
    pub id: Option<i64>,
    pub title: String,
    pub pages: i64,
    pub published: Date,
    pub isbn: String,
    pub weight: Number,
    pub shape: BookShape,
    pub words: BookWords,
    pub note: Option<String>,
    extra: Extra,
}
pub struct BookRequired {
    pub title: String,
    pub pages: i64,
    pub published: Date,
    pub isbn: String,
    pub weight: Number,
    pub shape: BookShape,
    pub words: BookWords,
}
impl Book { pub fn new(required: BookRequired) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Book {
    id: "id" put_read_only,
    title: "title" put,
    pages: "pages" put,
    published: "published" put,
    isbn: "isbn" put,
    weight: "weight" put,
    shape: "shape" put,
    words: "words" put,
    note: "note" put,
});
glue::model!(Book);
pub enum BookShape { Square(BookShapeSquare), Oblong(BookShapeOblong), Round(BookShapeRound), Unknown(JsonValue), }
impl BookShape {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["height", "width"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["height"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["radius"], constants: &[], }, ],
    ];
}
impl From<BookShapeSquare> for BookShape { }
impl From<BookShapeOblong> for BookShape { }
impl From<BookShapeRound> for BookShape { }
impl glue::Json for BookShape { }
glue::debug!(BookShape);
pub struct BookShapeSquare { pub height: i64, extra: Extra, }
impl BookShapeSquare { pub fn new(height: i64) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(BookShapeSquare { height: "height", });
glue::debug!(BookShapeSquare);
pub struct BookShapeOblong { pub height: i64, pub width: i64, extra: Extra, }
pub struct BookShapeOblongRequired { pub height: i64, pub width: i64, }
impl BookShapeOblong { pub fn new(required: BookShapeOblongRequired) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(BookShapeOblong { height: "height", width: "width", });
glue::debug!(BookShapeOblong);
pub struct BookShapeRound { pub radius: i64, extra: Extra, }
impl BookShapeRound { pub fn new(radius: i64) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(BookShapeRound { radius: "radius", });
glue::debug!(BookShapeRound);
pub struct BookWords { pub first: Option<String>, extra: Extra, }
impl Default for BookWords { }
impl BookWords { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(BookWords { first: "first", });
glue::debug!(BookWords);
