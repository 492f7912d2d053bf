pub enum Trouble { Fine(Fine), Ban(Ban), Unknown(JsonValue), }
impl Trouble {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["cents"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["until"], constants: &[], }, ],
    ];
}
impl From<Fine> for Trouble { fn from(value: Fine) -> Self { Self::Fine(value) } }
impl From<Ban> for Trouble { fn from(value: Ban) -> Self { Self::Ban(value) } }
impl glue::Json for Trouble {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Fine(v.decode()),
                1 => Self::Ban(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Fine(value) => w.hidden(value),
            Self::Ban(value) => w.hidden(value),
            Self::Unknown(value) => w.hidden(value),
        }
    }
}
glue::model!(Trouble);
