pub struct NameJob { pub name: String, pub additional: Map<String>, }
impl std::fmt::Debug for NameJob { }
impl NameJob { pub fn new(name: impl Into<String>) -> Self; }
