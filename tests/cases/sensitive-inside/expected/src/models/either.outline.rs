pub enum Either { Code(Code), Fine(Fine), Unknown(JsonValue), }
impl Either {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["cents"], constants: &[], }, ],
    ];
}
impl glue::Json for Either { }
glue::model!(Either);
