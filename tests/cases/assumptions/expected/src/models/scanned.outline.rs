pub struct Scanned { pub page: Option<Upload>, }
impl Default for Scanned { }
impl Scanned { pub fn new() -> Self; }
