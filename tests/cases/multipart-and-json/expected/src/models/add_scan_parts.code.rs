pub struct AddScanParts { pub parts: Option<i64>, extra: Extra, }
impl AddScanParts { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(AddScanParts { parts: "parts", });
glue::model!(AddScanParts);
