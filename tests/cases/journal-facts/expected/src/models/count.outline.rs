pub struct Count(i64);
impl Count { pub fn get(&self) -> &i64; }
impl glue::ToParam for Count { }
impl From<i64> for Count { }
impl From<&Count> for Count { }
impl std::fmt::Debug for Count { }
impl glue::Json for Count { }
glue::serde!(Count);
