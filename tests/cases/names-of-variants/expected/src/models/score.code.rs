pub enum Score { Numeric(ScoreNumericObject), Ordinal(ScoreOrdinalObject), Unknown(JsonValue), }
impl Score {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "value"], constants: &[("kind", &["numeric"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "value"], constants: &[("kind", &["ordinal"])], }, ],
    ];
}
impl From<ScoreNumericObject> for Score { fn from(value: ScoreNumericObject) -> Self { Self::Numeric(value) } }
impl From<ScoreOrdinalObject> for Score { fn from(value: ScoreOrdinalObject) -> Self { Self::Ordinal(value) } }
impl glue::Json for Score {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Numeric(v.decode()),
                1 => Self::Ordinal(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Numeric(value) => w.value(value),
            Self::Ordinal(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::model!(Score);
pub struct ScoreNumericObject { pub kind: ScoreNumericObjectKind, pub value: Number, extra: Extra, }
impl ScoreNumericObject {
    pub fn new(value: Number) -> Self {
        Self { kind: ScoreNumericObjectKind::Numeric, value, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ScoreNumericObject { kind: "kind", value: "value", });
glue::debug!(ScoreNumericObject);
pub enum ScoreNumericObjectKind { Numeric, Unknown(String), }
impl ScoreNumericObjectKind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(ScoreNumericObjectKind);
impl glue::Enum for ScoreNumericObjectKind {
    const TABLE: &'static [(&'static str, Self)] = &[("numeric", Self::Numeric)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for ScoreNumericObjectKind { fn from(text: &str) -> Self { glue::enum_from(text) } }
glue::debug!(ScoreNumericObjectKind);
pub struct ScoreOrdinalObject { pub kind: ScoreOrdinalObjectKind, pub value: String, extra: Extra, }
impl ScoreOrdinalObject {
    pub fn new(value: impl Into<String>) -> Self {
        Self { kind: ScoreOrdinalObjectKind::Ordinal, value: value.into(), extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ScoreOrdinalObject { kind: "kind", value: "value", });
glue::debug!(ScoreOrdinalObject);
pub enum ScoreOrdinalObjectKind { Ordinal, Unknown(String), }
impl ScoreOrdinalObjectKind { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(ScoreOrdinalObjectKind);
impl glue::Enum for ScoreOrdinalObjectKind {
    const TABLE: &'static [(&'static str, Self)] = &[("ordinal", Self::Ordinal)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
impl From<&str> for ScoreOrdinalObjectKind { fn from(text: &str) -> Self { glue::enum_from(text) } }
glue::debug!(ScoreOrdinalObjectKind);
