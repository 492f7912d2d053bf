pub enum TakeTokenRequestForm {
    Code(TakeTokenRequestFormCode),
    Refresh(TakeTokenRequestFormRefresh),
    Unknown(JsonValue),
}
impl TakeTokenRequestForm {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["code"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["refresh_token"], constants: &[], }, ],
    ];
}
impl From<TakeTokenRequestFormCode> for TakeTokenRequestForm {
    fn from(value: TakeTokenRequestFormCode) -> Self { Self::Code(value) }
}
impl From<TakeTokenRequestFormRefresh> for TakeTokenRequestForm {
    fn from(value: TakeTokenRequestFormRefresh) -> Self { Self::Refresh(value) }
}
impl glue::Json for TakeTokenRequestForm {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Code(v.decode()),
                1 => Self::Refresh(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Code(value) => w.value(value),
            Self::Refresh(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::model!(TakeTokenRequestForm);
pub struct TakeTokenRequestFormCode { pub code: String, extra: Extra, }
impl TakeTokenRequestFormCode {
    pub fn new(code: impl Into<String>) -> Self { Self { code: code.into(), extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(TakeTokenRequestFormCode { code: "code", });
glue::debug!(TakeTokenRequestFormCode);
pub struct TakeTokenRequestFormRefresh { pub refresh_token: String, extra: Extra, }
impl TakeTokenRequestFormRefresh {
    pub fn new(refresh_token: impl Into<String>) -> Self {
        Self { refresh_token: refresh_token.into(), extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(TakeTokenRequestFormRefresh { refresh_token: "refresh_token", });
glue::debug!(TakeTokenRequestFormRefresh);
