pub struct Thing {
    pub yes: ThingYes,
    pub no: ThingNo,
    pub one: One,
    pub half: Option<ThingHalf>,
    pub text: ThingText,
    pub word: ThingWord,
    pub null: Option<JsonValue>,
    pub mixed: Option<ThingMixed>,
    pub tuple: JsonValue,
    pub listed: JsonValue,
    pub bound: ThingBound,
    pub optional: Option<ThingOptional>,
    pub optional_true: Option<ThingYes>,
    pub either: Option<bool>,
    pub either_or_null: Maybe<bool>,
    pub both_true: Option<ThingYes>,
    pub true_and_text: Option<ThingTrueAndText>,
    pub false_and_text: Option<ThingFalseAndText>,
    pub null_or_one: Maybe<One>,
    pub twice_null: Maybe<JsonValue>,
    extra: Extra,
}
pub struct ThingRequired { pub null: Option<JsonValue>, pub tuple: JsonValue, pub listed: JsonValue, }
impl Thing {
    pub fn new(required: ThingRequired) -> Self;
    pub fn clear_either_or_null(mut self) -> Self;
    pub fn clear_null_or_one(mut self) -> Self;
    pub fn clear_twice_null(mut self) -> Self;
    pub fn extra(&self) -> &Extra;
}
impl glue::Json for Thing { }
glue::model!(Thing);
pub type ThingYes = bool;
pub type ThingNo = bool;
pub enum One { Value1, Unknown(i64), }
impl One { pub fn value(&self) -> i64; }
impl glue::IntEnum for One {
    const TABLE: &'static [(i64, Self)] = &[(1, Self::Value1)];
    const UNKNOWN: fn(i64) -> Self = Self::Unknown;
}
impl glue::Json for One { }
glue::debug!(One);
pub type ThingHalf = JsonValue;
pub enum ThingText { Fixed, Unknown(String), }
impl ThingText { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingText);
impl glue::Enum for ThingText {
    const TABLE: &'static [(&'static str, Self)] = &[("fixed", Self::Fixed)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingText { }
glue::debug!(ThingText);
pub enum ThingWord { Only, Unknown(String), }
impl ThingWord { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingWord);
impl glue::Enum for ThingWord {
    const TABLE: &'static [(&'static str, Self)] = &[("only", Self::Only)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingWord { }
glue::debug!(ThingWord);
pub type ThingMixed = JsonValue;
pub enum ThingBound { Here, Unknown(String), }
impl ThingBound { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingBound);
impl glue::Enum for ThingBound {
    const TABLE: &'static [(&'static str, Self)] = &[("here", Self::Here)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingBound { }
glue::debug!(ThingBound);
pub enum ThingOptional { Maybe, Unknown(String), }
impl ThingOptional { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingOptional);
impl glue::Enum for ThingOptional {
    const TABLE: &'static [(&'static str, Self)] = &[("maybe", Self::Maybe)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingOptional { }
glue::debug!(ThingOptional);
pub type ThingTrueAndText = JsonValue;
pub type ThingFalseAndText = JsonValue;
