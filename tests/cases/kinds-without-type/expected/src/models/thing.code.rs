pub struct Thing {
    pub by_items: Option<Vec<String>>,
    pub by_positions: Option<(String, i64)>,
    pub by_unique_items: Option<Vec<JsonValue>>,
    pub by_minimum: Option<Number>,
    pub by_maximum: Option<Number>,
    pub by_multiple: Option<Number>,
    pub by_pattern: Option<String>,
    pub by_length: Option<String>,
    pub by_most_length: Option<String>,
    pub by_count: Option<Vec<JsonValue>>,
    pub by_most_count: Option<Vec<JsonValue>>,
    pub by_encoding: Option<Base64>,
    pub by_format: Option<JsonValue>,
    pub by_unknown_format: Option<JsonValue>,
    pub int32: Option<JsonValue>,
    pub int64: Option<JsonValue>,
    pub uint32: Option<JsonValue>,
    pub uint64: Option<JsonValue>,
    pub float: Option<JsonValue>,
    pub double: Option<JsonValue>,
    pub number: Option<JsonValue>,
    pub decimal: Option<JsonValue>,
    pub by_size: Option<Map<JsonValue>>,
    pub by_most_size: Option<Map<JsonValue>>,
    pub by_required: Option<Map<JsonValue>>,
    pub by_additional: Option<Map<String>>,
    pub by_patterns: Option<Map<String>>,
    pub by_members: Option<AObject>,
    pub by_nothing: Option<JsonValue>,
    pub only_null: Maybe<JsonValue>,
    pub all_kinds: Option<JsonValue>,
    pub four_kinds: Option<ThingFourKinds>,
    pub two_numbers: Option<Number>,
    pub two_numbers_and_text: Option<ThingTwoNumbersAndText>,
    pub integer_and_text: Option<ThingIntegerAndText>,
    pub object_or_text: Option<ThingObjectOrText>,
    extra: Extra,
}
impl Default for Thing { fn default() -> Self { Self::new() } }
impl Thing {
    pub fn new() -> Self {
        Self {
            by_items: None,
            by_positions: None,
            by_unique_items: None,
            by_minimum: None,
            by_maximum: None,
            by_multiple: None,
            by_pattern: None,
            by_length: None,
            by_most_length: None,
            by_count: None,
            by_most_count: None,
            by_encoding: None,
            by_format: None,
            by_unknown_format: None,
            int32: None,
            int64: None,
            uint32: None,
            uint64: None,
            float: None,
            double: None,
            number: None,
            decimal: None,
            by_size: None,
            by_most_size: None,
            by_required: None,
            by_additional: None,
            by_patterns: None,
            by_members: None,
            by_nothing: None,
            only_null: Maybe::Absent,
            all_kinds: None,
            four_kinds: None,
            two_numbers: None,
            two_numbers_and_text: None,
            integer_and_text: None,
            object_or_text: None,
            extra: Extra::default(),
        }
    }
    pub fn clear_only_null(mut self) -> Self { self.only_null = Maybe::Null; self }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Thing {
    by_items: "byItems",
    by_positions: "byPositions",
    by_unique_items: "byUniqueItems",
    by_minimum: "byMinimum",
    by_maximum: "byMaximum",
    by_multiple: "byMultiple",
    by_pattern: "byPattern",
    by_length: "byLength",
    by_most_length: "byMostLength",
    by_count: "byCount",
    by_most_count: "byMostCount",
    by_encoding: "byEncoding",
    by_format: "byFormat",
    by_unknown_format: "byUnknownFormat",
    int32: "int32",
    int64: "int64",
    uint32: "uint32",
    uint64: "uint64",
    float: "float",
    double: "double",
    number: "number",
    decimal: "decimal",
    by_size: "bySize",
    by_most_size: "byMostSize",
    by_required: "byRequired",
    by_additional: "byAdditional",
    by_patterns: "byPatterns",
    by_members: "byMembers",
    by_nothing: "byNothing",
    only_null: "onlyNull",
    all_kinds: "allKinds",
    four_kinds: "fourKinds",
    two_numbers: "twoNumbers",
    two_numbers_and_text: "twoNumbersAndText",
    integer_and_text: "integerAndText",
    object_or_text: "objectOrText",
});
glue::model!(Thing);
pub struct AObject { pub a: Option<String>, extra: Extra, }
impl Default for AObject { fn default() -> Self { Self::new() } }
impl AObject {
    pub fn new() -> Self { Self { a: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(AObject { a: "a", });
glue::debug!(AObject);
pub enum ThingFourKinds { Bool(bool), Number(Number), Text(String), JsonList(Vec<JsonValue>), Unknown(JsonValue), }
impl ThingFourKinds {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::ARRAY, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingFourKinds {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Bool(v.decode()),
                1 => Self::Number(v.decode()),
                2 => Self::Text(v.decode()),
                3 => Self::JsonList(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Bool(value) => w.value(value),
            Self::Number(value) => w.value(value),
            Self::Text(value) => w.value(value),
            Self::JsonList(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ThingFourKinds);
pub enum ThingTwoNumbersAndText { Number(Number), Text(String), Unknown(JsonValue), }
impl ThingTwoNumbersAndText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingTwoNumbersAndText {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Number(v.decode()),
                1 => Self::Text(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Number(value) => w.value(value),
            Self::Text(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ThingTwoNumbersAndText);
pub enum ThingIntegerAndText { Integer(i64), Text(String), Unknown(JsonValue), }
impl ThingIntegerAndText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingIntegerAndText {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Integer(v.decode()),
                1 => Self::Text(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Integer(value) => w.value(value),
            Self::Text(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ThingIntegerAndText);
pub enum ThingObjectOrText { Text(String), Object(AObject), Unknown(JsonValue), }
impl ThingObjectOrText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<AObject> for ThingObjectOrText { fn from(value: AObject) -> Self { Self::Object(value) } }
impl glue::Json for ThingObjectOrText {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Text(v.decode()),
                1 => Self::Object(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Text(value) => w.value(value),
            Self::Object(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ThingObjectOrText);
