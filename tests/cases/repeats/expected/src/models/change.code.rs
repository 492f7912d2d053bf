pub struct Change { pub currency: Option<CurrencyCode>, extra: Extra, }
impl Default for Change { fn default() -> Self { Self::new() } }
impl Change {
    pub fn new() -> Self { Self { currency: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Change { currency: "currency", });
glue::model!(Change);
