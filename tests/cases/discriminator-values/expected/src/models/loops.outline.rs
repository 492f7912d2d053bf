pub enum Loops { B(B), Loop(Box<Loop>), Unknown(JsonValue), }
impl Loops {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind"], constants: &[], }, ],
        &[
            glue::Shape { kinds: glue::OBJECT, required: &["kind"], constants: &[("kind", &["a"])], },
            glue::Shape { kinds: glue::OBJECT, required: &["kind"], constants: &[], },
        ],
    ];
}
impl From<B> for Loops { }
impl From<Loop> for Loops { }
impl glue::Json for Loops { }
glue::model!(Loops);
