pub struct Drawer { pub reader_id: ReaderId, pub content: JsonValue, extra: Extra, }
impl Drawer {
    pub fn new( reader_id: impl glue::Typed<ReaderId>, content: impl glue::Typed<JsonValue>, ) -> Self;
    pub fn extra(&self) -> &Extra;
}
glue::object!(Drawer { reader_id: "readerId", content: "content", });
glue::model!(Drawer);
