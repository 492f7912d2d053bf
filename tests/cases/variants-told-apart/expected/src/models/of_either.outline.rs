pub struct OfEither { pub value: OfEitherValue, extra: Extra, }
impl OfEither { pub fn new(value: OfEitherValue) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(OfEither { value: "value", });
glue::model!(OfEither);
pub enum OfEitherValue { Bool(bool), Text(String), Unknown(JsonValue), }
impl OfEitherValue {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for OfEitherValue { }
glue::debug!(OfEitherValue);
