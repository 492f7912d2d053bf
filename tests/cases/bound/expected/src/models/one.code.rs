pub struct One { pub text: Option<String>, pub by: Option<ClientId>, extra: Extra, }
impl Default for One { fn default() -> Self { Self::new() } }
impl One {
    pub fn new() -> Self { Self { text: None, by: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(One { text: "text", by: "by", });
glue::model!(One);
