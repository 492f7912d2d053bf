pub struct One { pub kind: OneKind, pub one: Option<String>, extra: Extra, }
impl Default for One { }
impl One { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(One { kind: "kind", one: "one", });
glue::model!(One);
pub enum OneKind { Value1, Unknown(i64), }
impl OneKind { pub fn value(&self) -> i64; }
impl glue::IntEnum for OneKind {
    const TABLE: &'static [(i64, Self)] = &[(1, Self::Value1)];
    const UNKNOWN: fn(i64) -> Self = Self::Unknown;
}
impl glue::Json for OneKind { }
glue::debug!(OneKind);
