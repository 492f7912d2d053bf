pub struct Digits(i64);
impl Digits { pub fn get(&self) -> &i64 { &self.0 } }
impl glue::ToParam for Digits { fn param(&self) -> std::borrow::Cow<'_, str> { glue::ToParam::param(&self.0) } }
impl From<i64> for Digits { fn from(value: i64) -> Self { Self(value) } }
impl From<&Digits> for Digits { fn from(other: &Digits) -> Self { other.clone() } }
impl std::fmt::Debug for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("[redacted]") }
}
impl glue::Json for Digits {
    fn read(v: glue::Value) -> Self { Self(v.decode()) }
    fn write(&self, w: &mut glue::Writer) { w.hidden(&self.0); }
}
glue::serde!(Digits);
