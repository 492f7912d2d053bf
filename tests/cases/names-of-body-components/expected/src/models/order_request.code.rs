pub struct OrderRequest { pub c: Option<String>, extra: Extra, }
impl Default for OrderRequest { fn default() -> Self { Self::new() } }
impl OrderRequest {
    pub fn new() -> Self { Self { c: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(OrderRequest { c: "c", });
glue::model!(OrderRequest);
