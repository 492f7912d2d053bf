pub struct Counts { pub reader_id: ReaderId, pub raw: String, pub copies: Copies, pub total: u64, extra: Extra, }
impl Counts {
    pub fn new( reader_id: impl glue::Typed<ReaderId>, raw: impl Into<String>, copies: impl glue::Typed<Copies>, total: u64, ) -> Self;
    pub fn extra(&self) -> &Extra;
}
glue::object!(Counts { reader_id: "readerId", raw: "raw", copies: "copies", total: "total", });
glue::model!(Counts);
