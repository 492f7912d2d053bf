pub struct SetPairRequestMultipart { pub a: String, pub z: Option<String>, }
impl SetPairRequestMultipart { pub fn new(a: impl Into<String>) -> Self; }
