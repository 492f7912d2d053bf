pub struct PatchedOrderBodyForm { pub d: Option<String>, extra: Extra, }
impl Default for PatchedOrderBodyForm { fn default() -> Self { Self::new() } }
impl PatchedOrderBodyForm {
    pub fn new() -> Self { Self { d: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(PatchedOrderBodyForm { d: "d", });
glue::model!(PatchedOrderBodyForm);
