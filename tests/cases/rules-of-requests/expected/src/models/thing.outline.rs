pub struct Thing {
    pub sized: Option<SizedType>,
    pub of_map: Option<OfMap>,
    pub of_values: Option<Map<String>>,
    pub of_count: Option<Map<String>>,
    pub pair: Option<(String, i64)>,
    pub plain_pair: Option<(String, i64)>,
    pub told: Option<Told>,
    pub some: Option<SomeType>,
    pub every: Option<Every>,
    pub constant: Option<ThingConstant>,
    pub read_only: Option<String>,
    pub nested: Option<Nested>,
    pub of_free: Option<OfFree>,
    pub free: Option<Free>,
    pub loose: Option<Loose>,
    pub twice: Option<String>,
    pub twice_same: Option<i64>,
    pub unit: Option<i64>,
    pub chained: Option<Outer>,
    pub mixed: Option<ThingMixed>,
    extra: Extra,
}
impl Default for Thing { }
impl Thing { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Thing {
    sized: "sized" put,
    of_map: "ofMap" put,
    of_values: "ofValues" put,
    of_count: "ofCount" put,
    pair: "pair" put,
    plain_pair: "plainPair" put,
    told: "told" put,
    some: "some" put,
    every: "every" put,
    constant: "constant" put,
    read_only: "readOnly" put_read_only,
    nested: "nested" put,
    of_free: "ofFree" put,
    free: "free" put,
    loose: "loose" put,
    twice: "twice" put,
    twice_same: "twiceSame" put,
    unit: "unit" put,
    chained: "chained" put,
    mixed: "mixed" put,
});
glue::model!(Thing);
pub enum ThingConstant { LongerThanThree, Unknown(String), }
impl ThingConstant { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingConstant);
impl glue::Enum for ThingConstant {
    const TABLE: &'static [(&'static str, Self)] = &[ ("longer-than-three", Self::LongerThanThree), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingConstant { }
glue::debug!(ThingConstant);
pub enum ThingMixed { Number(Number), Text(String), Unknown(JsonValue), }
impl ThingMixed {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingMixed { }
glue::debug!(ThingMixed);
