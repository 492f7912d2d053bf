pub enum Always { Cat(Cat), Cow(Cow), Unknown(JsonValue), }
impl From<Cat> for Always { fn from(value: Cat) -> Self { Self::Cat(value) } }
impl From<Cow> for Always { fn from(value: Cow) -> Self { Self::Cow(value) } }
impl glue::Json for Always {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("cat") => Self::Cat(v.decode()),
            Some("cow") => Self::Cow(v.decode()),
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Cat(value) => w.value(value),
            Self::Cow(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::model!(Always);
