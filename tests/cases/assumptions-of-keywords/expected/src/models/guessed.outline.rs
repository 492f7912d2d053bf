pub struct Guessed {
    pub tags: Option<Vec<String>>,
    pub pair: Option<(String, i64)>,
    pub blob: Option<Base64>,
    pub within: Option<GuessedWithin>,
    pub additional: sdkwright_runtime::Map<String>,
}
impl glue::Json for Guessed { }
glue::model!(Guessed);
pub struct GuessedWithin { pub deep: String, extra: Extra, }
impl GuessedWithin { pub fn extra(&self) -> &Extra; }
glue::object!(GuessedWithin { deep: "deep", });
glue::debug!(GuessedWithin);
