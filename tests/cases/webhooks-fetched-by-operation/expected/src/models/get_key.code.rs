pub struct GetKeyRequest { pub key_id: String, extra: Extra, }
impl GetKeyRequest {
    pub fn new(key_id: impl Into<String>) -> Self { Self { key_id: key_id.into(), extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(GetKeyRequest { key_id: "key_id", });
glue::model!(GetKeyRequest);
