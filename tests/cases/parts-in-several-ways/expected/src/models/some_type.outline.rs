pub struct SomeType { pub note: Option<String>, pub file: Option<Upload>, }
impl Default for SomeType { }
impl SomeType { pub fn new() -> Self; }
