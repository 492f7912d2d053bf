pub enum Either { Text(String), Integer(i64), Unknown(JsonValue), }
impl Either {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for Either { }
glue::model!(Either);
