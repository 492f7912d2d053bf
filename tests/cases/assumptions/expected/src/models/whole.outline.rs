pub enum Whole { Value1, Value2, Unknown(i64), }
impl Whole { pub fn value(&self) -> i64; }
impl glue::IntEnum for Whole {
    const TABLE: &'static [(i64, Self)] = &[(1, Self::Value1), (2, Self::Value2)];
    const UNKNOWN: fn(i64) -> Self = Self::Unknown;
}
impl glue::Json for Whole { }
glue::model!(Whole);
