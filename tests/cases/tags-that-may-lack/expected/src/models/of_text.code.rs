pub enum OfText { Cat(Cat), Name(Name), Unknown(JsonValue), }
impl OfText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "meow"], constants: &[("kind", &["cat"])], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl From<Cat> for OfText { fn from(value: Cat) -> Self { Self::Cat(value) } }
impl glue::Json for OfText {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("cat") => Self::Cat(v.decode()),
            Some("name") => Self::Name(v.decode()),
            None => {
                v.one_of(
                    Self::SHAPES,
                    |v, place| match place {
                        0 => Self::Cat(v.decode()),
                        1 => Self::Name(v.decode()),
                        _ => Self::Unknown(v.decode()),
                    },
                )
            }
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Cat(value) => w.value(value),
            Self::Name(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::model!(OfText);
