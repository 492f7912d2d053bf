pub struct NewPayee {
    pub iban: Maybe<String>,
    pub name: String,
    pub currency: CurrencyCode,
    pub kind: Option<Kind>,
    pub limit: Option<Number>,
    extra: Extra,
}
impl NewPayee {
    pub fn new( name: impl Into<String>, currency: impl glue::Typed<CurrencyCode>, ) -> Self {
        Self {
            iban: Maybe::Absent,
            name: name.into(),
            currency: currency.typed(),
            kind: None,
            limit: None,
            extra: Extra::default(),
        }
    }
    pub fn clear_iban(mut self) -> Self { self.iban = Maybe::Null; self }
    pub fn extra(&self) -> &Extra { &self.extra }
}
impl glue::Json for NewPayee {
    fn read(v: glue::Value) -> Self {
        Self {
            iban: v.get("iban"),
            name: v.get("name"),
            currency: v.get("currency"),
            kind: v.get("kind"),
            limit: v.get("limit"),
            extra: v.rest(),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        w.begin("NewPayee")
            .sensitive("iban", &self.iban)
            .sensitive("name", &self.name)
            .put("currency", &self.currency)
            .put("kind", &self.kind)
            .put("limit", &self.limit)
            .rest(&self.extra);
    }
}
glue::model!(NewPayee);
