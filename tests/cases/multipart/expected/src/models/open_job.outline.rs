pub struct OpenJob { pub name: Option<String>, }
impl Default for OpenJob { }
impl OpenJob { pub fn new() -> Self; }
