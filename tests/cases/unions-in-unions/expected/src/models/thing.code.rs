pub struct Thing {
    pub flat: Option<ThingFlat>,
    pub told_inside: Option<ThingToldInside>,
    pub told_outside: Option<ThingToldOutside>,
    extra: Extra,
}
impl Thing { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Thing { flat: "flat", told_inside: "toldInside", told_outside: "toldOutside", });
glue::model!(Thing);
pub enum ThingFlat { Cart(Cart), Cat(Cat), Dog(Dog), Unknown(JsonValue), }
impl ThingFlat {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["wheels"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "climbs"], constants: &[("kind", &["Cat"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "barks"], constants: &[("kind", &["Dog"])], }, ],
    ];
}
impl glue::Json for ThingFlat {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Cart(v.decode()),
                1 => Self::Cat(v.decode()),
                2 => Self::Dog(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Cart(value) => w.value(value),
            Self::Cat(value) => w.value(value),
            Self::Dog(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ThingFlat);
pub enum ThingToldInside { Cart(Cart), Value(ThingToldInsideValue), Unknown(JsonValue), }
impl ThingToldInside {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["wheels"], constants: &[], }, ],
        &[
            glue::Shape { kinds: glue::OBJECT, required: &["kind", "climbs"], constants: &[("kind", &["Cat"])], },
            glue::Shape { kinds: glue::OBJECT, required: &["kind", "barks"], constants: &[("kind", &["Dog"])], },
        ],
    ];
}
impl glue::Json for ThingToldInside {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Cart(v.decode()),
                1 => Self::Value(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Cart(value) => w.value(value),
            Self::Value(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ThingToldInside);
pub enum ThingToldInsideValue { Cat(Cat), Dog(Dog), Unknown(JsonValue), }
impl glue::Json for ThingToldInsideValue {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("Cat") => Self::Cat(v.decode()),
            Some("Dog") => Self::Dog(v.decode()),
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Cat(value) => w.value(value),
            Self::Dog(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::debug!(ThingToldInsideValue);
pub enum ThingToldOutside { Cat(Cat), Value(ThingToldOutsideValue), Unknown(JsonValue), }
impl ThingToldOutside {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "climbs"], constants: &[("kind", &["Cat"])], }, ],
        &[
            glue::Shape { kinds: glue::OBJECT, required: &["kind", "barks"], constants: &[("kind", &["Dog"])], },
            glue::Shape { kinds: glue::OBJECT, required: &["wheels"], constants: &[], },
        ],
    ];
}
impl glue::Json for ThingToldOutside {
    fn read(v: glue::Value) -> Self {
        match v.tag("kind") {
            Some("Cat") => Self::Cat(v.decode()),
            Some("Dog") | Some("Cart") => Self::Value(v.decode()),
            None => {
                v.one_of(
                    Self::SHAPES,
                    |v, place| match place {
                        0 => Self::Cat(v.decode()),
                        1 => Self::Value(v.decode()),
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
            Self::Value(value) => w.value(value),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}
glue::debug!(ThingToldOutside);
pub enum ThingToldOutsideValue { Dog(Dog), Cart(Cart), Unknown(JsonValue), }
impl ThingToldOutsideValue {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "barks"], constants: &[("kind", &["Dog"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["wheels"], constants: &[], }, ],
    ];
}
impl glue::Json for ThingToldOutsideValue {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Dog(v.decode()),
                1 => Self::Cart(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Dog(value) => w.value(value),
            Self::Cart(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ThingToldOutsideValue);
