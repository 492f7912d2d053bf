pub struct ResultType {
    pub error: Option<Error>,
    pub map: Option<sdkwright_runtime::Map<String>>,
    pub own: Option<Map>,
    extra: Extra,
}
impl ResultType { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ResultType { error: "error", map: "map", own: "own", });
glue::model!(ResultType);
