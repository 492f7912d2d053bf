pub struct SendBatchRequestMixed { pub items: Vec<Album>, }
impl Default for SendBatchRequestMixed { fn default() -> Self { Self::new() } }
impl SendBatchRequestMixed {
    pub fn new() -> Self { Self { items: Vec::new() } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::by_position();
        for value in &self.items { parts = parts.json("items", value); }
        parts
    }
}
