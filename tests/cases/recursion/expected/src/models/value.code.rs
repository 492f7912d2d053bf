pub enum Value { Text(String), Tree(Box<Tree>), Unknown(JsonValue), }
impl Value {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["children", "branch", "choice"], constants: &[], }, ],
    ];
}
impl From<Tree> for Value { fn from(value: Tree) -> Self { Self::Tree(Box::new(value)) } }
impl glue::Json for Value {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Text(v.decode()),
                1 => Self::Tree(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Text(value) => w.value(value),
            Self::Tree(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::model!(Value);
