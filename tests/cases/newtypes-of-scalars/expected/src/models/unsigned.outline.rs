pub struct Unsigned(u64);
impl Unsigned { pub fn get(&self) -> &u64; }
impl glue::ToParam for Unsigned { }
impl From<u64> for Unsigned { }
impl From<&Unsigned> for Unsigned { }
impl std::fmt::Debug for Unsigned { }
impl glue::Json for Unsigned { }
glue::serde!(Unsigned);
