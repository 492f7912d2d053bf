pub struct PinNumber(i64);
impl PinNumber { pub fn get(&self) -> &i64; }
impl glue::ToParam for PinNumber { }
impl From<i64> for PinNumber { }
impl From<&PinNumber> for PinNumber { }
impl std::fmt::Debug for PinNumber { }
impl glue::Json for PinNumber { }
glue::serde!(PinNumber);
