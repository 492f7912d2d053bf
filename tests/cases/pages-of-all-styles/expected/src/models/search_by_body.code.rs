pub struct SearchByBodyRequest { pub paging: Option<SearchByBodyRequestPaging>, extra: Extra, }
impl Default for SearchByBodyRequest { fn default() -> Self { Self::new() } }
impl SearchByBodyRequest {
    pub fn new() -> Self { Self { paging: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(SearchByBodyRequest { paging: "paging", });
glue::model!(SearchByBodyRequest);
pub struct SearchByBodyRequestPaging { pub after: Option<String>, pub size: Option<i64>, extra: Extra, }
impl Default for SearchByBodyRequestPaging { fn default() -> Self { Self::new() } }
impl SearchByBodyRequestPaging {
    pub fn new() -> Self { Self { after: None, size: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(SearchByBodyRequestPaging { after: "after", size: "size", });
glue::debug!(SearchByBodyRequestPaging);
