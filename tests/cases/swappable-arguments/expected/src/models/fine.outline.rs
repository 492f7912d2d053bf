pub struct Fine {
    pub reader_id: ReaderId,
    pub reason: String,
    pub given: Option<String>,
    pub cents: i64,
    pub share: Float,
    extra: Extra,
}
pub struct FineRequired {
    pub reader_id: ReaderId,
    pub reason: String,
    pub given: Option<String>,
    pub cents: i64,
    pub share: Float,
}
impl Fine { pub fn new(required: FineRequired) -> Self; pub fn extra(&self) -> &Extra; }
impl glue::Json for Fine { }
glue::model!(Fine);
