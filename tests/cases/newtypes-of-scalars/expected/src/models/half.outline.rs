pub struct Half(Float);
impl Half { pub fn get(&self) -> &Float; }
impl glue::ToParam for Half { }
impl From<Float> for Half { }
impl From<&Half> for Half { }
impl std::fmt::Debug for Half { }
impl glue::Json for Half { }
glue::serde!(Half);
