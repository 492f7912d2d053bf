pub struct Evidence { pub by: String, pub hash: String, extra: Extra, }
pub struct EvidenceRequired { pub by: String, pub hash: String, }
impl Evidence {
    pub fn new(required: EvidenceRequired) -> Self {
        Self { by: required.by, hash: required.hash, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Evidence { by: "by", hash: "hash", });
glue::model!(Evidence);
