pub struct TooManyRequestsError { pub after: Option<TooManyRequestsErrorAfter>, extra: Extra, }
impl TooManyRequestsError { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(TooManyRequestsError { after: "after", });
glue::model!(TooManyRequestsError);
pub enum TooManyRequestsErrorAfter { Value1, Value60, Unknown(i64), }
impl TooManyRequestsErrorAfter { pub fn value(&self) -> i64 { glue::enum_int(self) } }
impl glue::IntEnum for TooManyRequestsErrorAfter {
    const TABLE: &'static [(i64, Self)] = &[(1, Self::Value1), (60, Self::Value60)];
    const UNKNOWN: fn(i64) -> Self = Self::Unknown;
    fn unknown_value(&self) -> Option<i64> { if let Self::Unknown(value) = self { Some(*value) } else { None } }
}
impl glue::Json for TooManyRequestsErrorAfter {
    fn read(v: glue::Value) -> Self { glue::read_int_enum(v) }
    fn write(&self, w: &mut glue::Writer) { glue::write_int_enum(self, w); }
}
glue::debug!(TooManyRequestsErrorAfter);
