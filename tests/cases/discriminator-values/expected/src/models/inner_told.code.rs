pub enum InnerTold { A(A), B(B), Unknown(JsonValue), }
impl From<A> for InnerTold { fn from(value: A) -> Self { Self::A(value) } }
impl From<B> for InnerTold { fn from(value: B) -> Self { Self::B(value) } }
impl glue::Json for InnerTold {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("one") => Self::A(v.decode()),
            Some("two") => Self::B(v.decode()),
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::A(value) => w.value(value),
            Self::B(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::model!(InnerTold);
