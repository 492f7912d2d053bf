pub struct Evidence { pub by: String, pub hash: String, extra: Extra, }
pub struct EvidenceRequired { pub by: String, pub hash: String, }
impl Evidence { pub fn new(required: EvidenceRequired) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Evidence { by: "by", hash: "hash", });
glue::model!(Evidence);
