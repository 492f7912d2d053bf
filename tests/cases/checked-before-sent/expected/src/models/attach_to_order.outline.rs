pub struct AttachToOrderRequestMultipart { pub file: Upload, pub note: Option<String>, pub pages: Vec<Upload>, }
impl AttachToOrderRequestMultipart { pub fn new(file: Upload) -> Self; }
