pub struct AddPairRequestMultipart { pub a: String, pub z: Option<String>, }
impl AddPairRequestMultipart { pub fn new(a: impl Into<String>) -> Self; }
