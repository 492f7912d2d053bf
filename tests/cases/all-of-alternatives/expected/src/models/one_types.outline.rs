pub enum OneData { ObjectObject(Map<JsonValue>), TextText(String), Unknown(JsonValue), }
impl OneData {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for OneData { }
glue::debug!(OneData);
