pub enum Level { Value1, Value2, Unknown(i64), }
impl Level { pub fn value(&self) -> i64; }
impl glue::IntEnum for Level {
    const TABLE: &'static [(i64, Self)] = &[(1, Self::Value1), (2, Self::Value2)];
    const UNKNOWN: fn(i64) -> Self = Self::Unknown;
}
impl glue::Json for Level { }
glue::model!(Level);
