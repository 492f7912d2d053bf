pub enum Pet { Cat(Cat), Unknown(JsonValue), }
impl From<Cat> for Pet { fn from(value: Cat) -> Self { Self::Cat(value) } }
impl glue::Json for Pet {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") { Some("Cat") => Self::Cat(v.decode()), _ => Self::Unknown(v.unknown()), }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self { Self::Cat(value) => w.value(value), Self::Unknown(value) => w.unknown(Some("kind"), value), }
    }
}
glue::model!(Pet);
