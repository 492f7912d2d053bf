pub struct Thing {
    pub texts: Option<ThingTexts>,
    pub texts_only: Option<String>,
    pub texts_bounded: Option<ThingTextsBounded>,
    pub texts_bounded_other: Option<ThingTextsBoundedOther>,
    pub id_or_text: Option<ThingIdOrText>,
    pub decimal_or_date: Option<ThingDecimalOrDate>,
    pub i32_and_i64: Option<ThingI32AndI64>,
    pub i32_and_i32: Option<ThingI32AndI32>,
    pub i32_and_u64: Option<ThingI32AndU64>,
    pub i64_and_u64: Option<IntegerOrBool>,
    pub i64_and_integer: Option<IntegerOrBool>,
    pub whole_and_number: Option<AndNumber>,
    pub float_and_number: Option<ThingFloatAndNumber>,
    pub float_and_whole: Option<ThingFloatAndWhole>,
    pub pin_and_number: Option<AndNumber>,
    pub booleans: Option<BoolOrText>,
    pub truth_and_boolean: Option<BoolOrText>,
    pub lists: Option<ThingLists>,
    pub same_lists: Option<ThingSameLists>,
    pub list_and_pair: Option<Vec<ThingListAndPairItem>>,
    pub maps: Option<ThingMaps>,
    pub map_first: Option<ObjectOrTextMap>,
    pub map_last: Option<ObjectOrTextMap>,
    pub constants: Option<ThingConstants>,
    pub constants_and_text: Option<Named>,
    pub enum_and_text: Option<ThingEnumAndText>,
    pub numbers_listed: Option<ThingNumbersListed>,
    pub mixed: Option<ThingMixed>,
    pub twice_the_same: Option<ThingTwiceTheSame>,
    pub equal_parts: Option<EqualParts>,
    pub equal_parts_or_text: Option<ThingEqualPartsOrText>,
    pub equal_to_another: Option<LObject>,
    pub equal_to_component: Option<Object>,
    pub tagged: Option<Tagged>,
    pub or_anything: Option<TextOrInteger>,
    pub only_one_or_anything: Option<JsonValue>,
    pub secret_texts: Option<ThingSecretTexts>,
    pub self_: Option<SelfType>,
    pub named: Option<Named>,
    extra: Extra,
}
impl Default for Thing { }
impl Thing { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
impl glue::Json for Thing { }
glue::model!(Thing);
pub enum ThingTexts { Text(String), Object(Object), Unknown(JsonValue), }
impl ThingTexts {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
    ];
}
impl From<Object> for ThingTexts { }
impl glue::Json for ThingTexts { }
glue::debug!(ThingTexts);
pub enum ThingTextsBounded { Text(String), Bool(bool), Unknown(JsonValue), }
impl ThingTextsBounded {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingTextsBounded { }
glue::debug!(ThingTextsBounded);
pub enum ThingTextsBoundedOther { Text(String), Bool(bool), Unknown(JsonValue), }
impl ThingTextsBoundedOther {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingTextsBoundedOther { }
glue::debug!(ThingTextsBoundedOther);
pub enum ThingIdOrText { Text(String), Bool(bool), Unknown(JsonValue), }
impl ThingIdOrText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingIdOrText { }
glue::debug!(ThingIdOrText);
pub enum ThingDecimalOrDate { Text(String), Bool(bool), Unknown(JsonValue), }
impl ThingDecimalOrDate {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingDecimalOrDate { }
glue::debug!(ThingDecimalOrDate);
pub enum ThingI32AndI64 { Integer(i64), Bool(bool), Unknown(JsonValue), }
impl ThingI32AndI64 {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingI32AndI64 { }
glue::debug!(ThingI32AndI64);
pub enum ThingI32AndI32 { Integer(i32), Bool(bool), Unknown(JsonValue), }
impl ThingI32AndI32 {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingI32AndI32 { }
glue::debug!(ThingI32AndI32);
pub enum ThingI32AndU64 { Integer(Integer), Bool(bool), Unknown(JsonValue), }
impl ThingI32AndU64 {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingI32AndU64 { }
glue::debug!(ThingI32AndU64);
pub enum IntegerOrBool { Integer(Integer), Bool(bool), Unknown(JsonValue), }
impl IntegerOrBool {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for IntegerOrBool { }
glue::debug!(IntegerOrBool);
pub enum AndNumber { Number(Number), Bool(bool), Unknown(JsonValue), }
impl AndNumber {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for AndNumber { }
glue::debug!(AndNumber);
pub enum ThingFloatAndNumber { Number(Number), Bool(bool), Unknown(JsonValue), }
impl ThingFloatAndNumber {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingFloatAndNumber { }
glue::debug!(ThingFloatAndNumber);
pub enum ThingFloatAndWhole { Number(Number), Bool(bool), Unknown(JsonValue), }
impl ThingFloatAndWhole {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingFloatAndWhole { }
glue::debug!(ThingFloatAndWhole);
pub enum BoolOrText { Bool(bool), Text(String), Unknown(JsonValue), }
impl BoolOrText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for BoolOrText { }
glue::debug!(BoolOrText);
pub enum ThingLists { List(Vec<TextOrInteger>), Bool(bool), Unknown(JsonValue), }
impl ThingLists {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::ARRAY, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingLists { }
glue::debug!(ThingLists);
pub enum ThingSameLists { TextList(Vec<String>), Bool(bool), Unknown(JsonValue), }
impl ThingSameLists {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::ARRAY, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingSameLists { }
glue::debug!(ThingSameLists);
pub enum ThingMaps { Map(Map<TextOrInteger>), Bool(bool), Unknown(JsonValue), }
impl ThingMaps {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingMaps { }
glue::debug!(ThingMaps);
pub enum ObjectOrTextMap { Object(Object), TextMap(Map<String>), Unknown(JsonValue), }
impl ObjectOrTextMap {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<Object> for ObjectOrTextMap { }
impl glue::Json for ObjectOrTextMap { }
glue::debug!(ObjectOrTextMap);
pub enum ThingConstants { A, B, Unknown(String), }
impl ThingConstants { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingConstants);
impl glue::Enum for ThingConstants {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("b", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingConstants { }
glue::debug!(ThingConstants);
pub enum ThingEnumAndText { Choice(ThingEnumAndTextChoice), Integer(i64), Unknown(JsonValue), }
impl ThingEnumAndText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
    ];
}
impl From<ThingEnumAndTextChoice> for ThingEnumAndText { }
impl glue::Json for ThingEnumAndText { }
glue::debug!(ThingEnumAndText);
pub enum ThingNumbersListed { Choice(ThingNumbersListedChoice), Text(String), Unknown(JsonValue), }
impl ThingNumbersListed {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl From<ThingNumbersListedChoice> for ThingNumbersListed { }
impl glue::Json for ThingNumbersListed { }
glue::debug!(ThingNumbersListed);
pub enum ThingMixed { Value(ThingMixedValue), Integer(i64), Bool(bool), Unknown(JsonValue), }
impl ThingMixed {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER | glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingMixed { }
glue::debug!(ThingMixed);
pub type ThingMixedValue = JsonValue;
pub enum ThingTwiceTheSame { Object(Object), Text(String), Unknown(JsonValue), }
impl ThingTwiceTheSame {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl From<Object> for ThingTwiceTheSame { }
impl glue::Json for ThingTwiceTheSame { }
glue::debug!(ThingTwiceTheSame);
pub enum ThingEqualPartsOrText { Left(LObject), Text(String), Unknown(JsonValue), }
impl ThingEqualPartsOrText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl From<LObject> for ThingEqualPartsOrText { }
impl glue::Json for ThingEqualPartsOrText { }
glue::debug!(ThingEqualPartsOrText);
pub struct LObject { pub l: Option<String>, extra: Extra, }
impl Default for LObject { }
impl LObject { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(LObject { l: "l", });
glue::debug!(LObject);
pub enum ThingSecretTexts { Choice(ThingSecretTextsChoice), Bool(bool), Unknown(JsonValue), }
impl ThingSecretTexts {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl From<ThingSecretTextsChoice> for ThingSecretTexts { }
impl glue::Json for ThingSecretTexts { }
glue::debug!(ThingSecretTexts);
pub enum TextOrInteger { Text(String), Integer(i64), Unknown(JsonValue), }
impl TextOrInteger {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for TextOrInteger { }
glue::debug!(TextOrInteger);
pub enum ThingListAndPairItem { Text(String), Bool(bool), Integer(i64), Unknown(JsonValue), }
impl ThingListAndPairItem {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingListAndPairItem { }
glue::debug!(ThingListAndPairItem);
pub enum ThingEnumAndTextChoice { A, B, Other(String), }
impl ThingEnumAndTextChoice { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingEnumAndTextChoice);
impl glue::Enum for ThingEnumAndTextChoice {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("b", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Other;
    const ALLOWS_OTHERS: bool = true;
}
impl From<&str> for ThingEnumAndTextChoice { }
glue::debug!(ThingEnumAndTextChoice);
pub enum ThingNumbersListedChoice { Value1, Value2, Value3, Unknown(i64), }
impl ThingNumbersListedChoice { pub fn value(&self) -> i64; }
impl glue::IntEnum for ThingNumbersListedChoice {
    const TABLE: &'static [(i64, Self)] = &[ (1, Self::Value1), (2, Self::Value2), (3, Self::Value3), ];
    const UNKNOWN: fn(i64) -> Self = Self::Unknown;
}
impl glue::Json for ThingNumbersListedChoice { }
glue::debug!(ThingNumbersListedChoice);
pub enum ThingSecretTextsChoice { A, B, Unknown(String), }
impl ThingSecretTextsChoice { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingSecretTextsChoice);
impl glue::Enum for ThingSecretTextsChoice {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("b", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    const SECRET: Option<&'static str> = Some("ThingSecretTextsChoice");
}
impl From<&str> for ThingSecretTextsChoice { }
glue::debug!(ThingSecretTextsChoice);
