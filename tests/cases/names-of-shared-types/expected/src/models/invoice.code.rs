pub struct Invoice {
    pub billing_address: Option<Address>,
    pub shipping_address: Option<Address>,
    pub creator: Option<User>,
    pub approver: Option<User>,
    pub support_url: Option<TextOrInteger>,
    pub tax_number: Option<TextOrInteger>,
    pub reason: Option<InvoiceReason>,
    pub cycle: Option<BillingCycle>,
    pub renewal: Option<InvoiceRenewal>,
    pub lines: Option<Vec<InvoiceLinesItem>>,
    pub fee: Option<InvoiceFee>,
    pub opened_at: Maybe<UnixObject>,
    pub closed_at: Maybe<UnixObject>,
    extra: Extra,
}
impl Invoice { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Invoice {
    billing_address: "billingAddress",
    shipping_address: "shippingAddress",
    creator: "creator",
    approver: "approver",
    support_url: "supportUrl",
    tax_number: "taxNumber",
    reason: "reason",
    cycle: "cycle",
    renewal: "renewal",
    lines: "lines",
    fee: "fee",
    opened_at: "opened_at",
    closed_at: "closed_at",
});
glue::model!(Invoice);
pub struct Address { pub street: Option<String>, pub city: Option<String>, extra: Extra, }
impl Address { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Address { street: "street", city: "city", });
glue::debug!(Address);
pub struct User { pub login: Option<String>, pub url: Option<String>, extra: Extra, }
impl User { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(User { login: "login", url: "url", });
glue::debug!(User);
pub enum TextOrInteger { Text(String), Integer(i64), Unknown(JsonValue), }
impl TextOrInteger {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for TextOrInteger {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Text(v.decode()),
                1 => Self::Integer(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Text(value) => w.value(value),
            Self::Integer(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(TextOrInteger);
pub enum InvoiceReason { Lost, Late, Other, Unclear, Unknown(String), }
impl InvoiceReason { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(InvoiceReason);
impl glue::Enum for InvoiceReason {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("lost", Self::Lost),
        ("late", Self::Late),
        ("other", Self::Other),
        ("unclear", Self::Unclear),
    ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(InvoiceReason);
pub enum BillingCycle { Day, Week, Month, Year, Unknown(String), }
impl BillingCycle { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(BillingCycle);
impl glue::Enum for BillingCycle {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("year", Self::Year),
    ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(BillingCycle);
pub struct InvoiceRenewal { pub cycle: Option<BillingCycle>, pub reason: Option<InvoiceReason>, extra: Extra, }
impl InvoiceRenewal { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(InvoiceRenewal { cycle: "cycle", reason: "reason", });
glue::debug!(InvoiceRenewal);
pub struct InvoiceLinesItem { pub type_: Option<LineType>, extra: Extra, }
impl InvoiceLinesItem { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(InvoiceLinesItem { type_: "type", });
glue::debug!(InvoiceLinesItem);
pub enum LineType { Line, Unknown(String), }
impl LineType { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(LineType);
impl glue::Enum for LineType {
    const TABLE: &'static [(&'static str, Self)] = &[("line", Self::Line)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(LineType);
pub struct InvoiceFee { pub type_: Option<LineType>, pub amount: Option<i64>, extra: Extra, }
impl InvoiceFee { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(InvoiceFee { type_: "type", amount: "amount", });
glue::debug!(InvoiceFee);
pub struct UnixObject { pub unix: Option<i64>, extra: Extra, }
impl UnixObject { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(UnixObject { unix: "unix", });
glue::debug!(UnixObject);
