pub struct Owner {
    pub pet: Pet,
    pub vehicle: Vehicle,
    pub either: Option<OwnerEither>,
    pub other: Option<OwnerOther>,
    extra: Extra,
}
impl Owner {
    pub fn new(pet: Pet, vehicle: Vehicle) -> Self {
        Self { pet, vehicle, either: None, other: None, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Owner { pet: "pet", vehicle: "vehicle", either: "either", other: "other", });
glue::model!(Owner);
pub enum OwnerEither { Shared(Shared), Dog(Dog), Unknown(JsonValue), }
impl OwnerEither {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<Shared> for OwnerEither { fn from(value: Shared) -> Self { Self::Shared(value) } }
impl From<Dog> for OwnerEither { fn from(value: Dog) -> Self { Self::Dog(value) } }
impl glue::Json for OwnerEither {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("one") => Self::Shared(v.decode()),
            Some("dog") => Self::Dog(v.decode()),
            None => {
                v.one_of(
                    Self::SHAPES,
                    |v, place| match place {
                        0 => Self::Shared(v.decode()),
                        1 => Self::Dog(v.decode()),
                        _ => Self::Unknown(v.decode()),
                    },
                )
            }
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Shared(value) => w.value(value),
            Self::Dog(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::debug!(OwnerEither);
pub enum OwnerOther { Shared(Shared), Cat(Cat), Unknown(JsonValue), }
impl OwnerOther {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<Shared> for OwnerOther { fn from(value: Shared) -> Self { Self::Shared(value) } }
impl From<Cat> for OwnerOther { fn from(value: Cat) -> Self { Self::Cat(value) } }
impl glue::Json for OwnerOther {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("two") => Self::Shared(v.decode()),
            Some("cat") => Self::Cat(v.decode()),
            None => {
                v.one_of(
                    Self::SHAPES,
                    |v, place| match place {
                        0 => Self::Shared(v.decode()),
                        1 => Self::Cat(v.decode()),
                        _ => Self::Unknown(v.decode()),
                    },
                )
            }
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Shared(value) => w.value(value),
            Self::Cat(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::debug!(OwnerOther);
