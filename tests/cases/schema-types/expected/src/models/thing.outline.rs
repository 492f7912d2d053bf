pub struct Thing {
    pub text: String,
    pub whole: i64,
    pub number: Number,
    pub flag: bool,
    pub list: Vec<String>,
    pub any: JsonValue,
    pub yes: Option<JsonValue>,
    pub nothing: Option<JsonValue>,
    pub text_or_null: Option<String>,
    pub text_or_number: Option<ThingTextOrNumber>,
    pub whole_or_number: Option<Quantity>,
    pub text_or_number_up_to: Option<ThingTextOrNumberUpTo>,
    pub nothing_in_two: Maybe<JsonValue>,
    pub object_or_text: Option<ThingObjectOrText>,
    pub one_type: Option<String>,
    extra: Extra,
}
pub struct ThingRequired {
    pub text: String,
    pub whole: i64,
    pub number: Number,
    pub flag: bool,
    pub list: Vec<String>,
    pub any: JsonValue,
    pub nothing: Option<JsonValue>,
    pub text_or_null: Option<String>,
}
impl Thing {
    pub fn new(required: ThingRequired) -> Self;
    pub fn clear_nothing_in_two(mut self) -> Self;
    pub fn extra(&self) -> &Extra;
}
impl glue::Json for Thing { }
glue::model!(Thing);
pub enum ThingTextOrNumber { Integer(i64), Text(String), Unknown(JsonValue), }
impl ThingTextOrNumber {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingTextOrNumber { }
glue::debug!(ThingTextOrNumber);
pub enum ThingTextOrNumberUpTo { Number(Number), Text(String), Unknown(JsonValue), }
impl ThingTextOrNumberUpTo {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingTextOrNumberUpTo { }
glue::debug!(ThingTextOrNumberUpTo);
pub enum ThingObjectOrText { Text(String), Object(ThingObjectOrTextObject), Unknown(JsonValue), }
impl ThingObjectOrText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<ThingObjectOrTextObject> for ThingObjectOrText { }
impl glue::Json for ThingObjectOrText { }
glue::debug!(ThingObjectOrText);
pub struct ThingObjectOrTextObject { pub a: Option<String>, extra: Extra, }
impl Default for ThingObjectOrTextObject { }
impl ThingObjectOrTextObject { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingObjectOrTextObject { a: "a", });
glue::debug!(ThingObjectOrTextObject);
