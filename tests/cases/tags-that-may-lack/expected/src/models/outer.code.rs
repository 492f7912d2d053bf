pub enum Outer { Always(Always), Fly(Fly), Unknown(JsonValue), }
impl From<Always> for Outer { fn from(value: Always) -> Self { Self::Always(value) } }
impl From<Fly> for Outer { fn from(value: Fly) -> Self { Self::Fly(value) } }
impl glue::Json for Outer {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("cat") | Some("cow") => Self::Always(v.decode()),
            Some("fly") => Self::Fly(v.decode()),
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Always(value) => w.value(value),
            Self::Fly(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::model!(Outer);
