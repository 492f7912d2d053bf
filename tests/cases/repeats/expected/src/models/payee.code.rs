pub struct Payee {
    pub payee_id: PayeeId,
    pub iban: Option<String>,
    pub holder: Option<PayeeHolder>,
    pub currency: Option<CurrencyCode>,
    pub kind: Option<Kind>,
    pub limit: Option<String>,
    extra: Extra,
}
impl Payee { pub fn extra(&self) -> &Extra { &self.extra } }
impl glue::Json for Payee {
    fn read(v: glue::Value) -> Self {
        Self {
            payee_id: v.get("payeeId"),
            iban: v.get("iban"),
            holder: v.get("holder"),
            currency: v.get("currency"),
            kind: v.get("kind"),
            limit: v.get("limit"),
            extra: v.rest(),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        w.begin("Payee")
            .put("payeeId", &self.payee_id)
            .sensitive("iban", &self.iban)
            .put("holder", &self.holder)
            .put("currency", &self.currency)
            .put("kind", &self.kind)
            .put("limit", &self.limit)
            .rest(&self.extra);
    }
}
glue::model!(Payee);
pub struct PayeeHolder { pub name: Option<String>, extra: Extra, }
impl PayeeHolder { pub fn extra(&self) -> &Extra { &self.extra } }
impl glue::Json for PayeeHolder {
    fn read(v: glue::Value) -> Self { Self { name: v.get("name"), extra: v.rest(), } }
    fn write(&self, w: &mut glue::Writer) { w.begin("PayeeHolder").sensitive("name", &self.name).rest(&self.extra); }
}
glue::debug!(PayeeHolder);
