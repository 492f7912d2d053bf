pub struct Payment { pub source: Option<PaymentSource>, pub target: Option<PaymentTarget>, extra: Extra, }
impl Default for Payment { fn default() -> Self { Self::new() } }
impl Payment {
    pub fn new() -> Self { Self { source: None, target: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Payment { source: "source", target: "target", });
glue::model!(Payment);
pub enum PaymentSource { Card(PaymentSourceCard), Account(PaymentSourceAccount), Unknown(JsonValue), }
impl PaymentSource {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["number"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["iban"], constants: &[], }, ],
    ];
}
impl From<PaymentSourceCard> for PaymentSource { fn from(value: PaymentSourceCard) -> Self { Self::Card(value) } }
impl From<PaymentSourceAccount> for PaymentSource {
    fn from(value: PaymentSourceAccount) -> Self { Self::Account(value) }
}
impl glue::Json for PaymentSource {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Card(v.decode()),
                1 => Self::Account(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Card(value) => w.value(value),
            Self::Account(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(PaymentSource);
pub struct PaymentSourceCard { pub number: String, extra: Extra, }
impl PaymentSourceCard {
    pub fn new(number: impl Into<String>) -> Self { Self { number: number.into(), extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(PaymentSourceCard { number: "number", });
glue::debug!(PaymentSourceCard);
pub struct PaymentSourceAccount { pub iban: String, extra: Extra, }
impl PaymentSourceAccount {
    pub fn new(iban: impl Into<String>) -> Self { Self { iban: iban.into(), extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(PaymentSourceAccount { iban: "iban", });
glue::debug!(PaymentSourceAccount);
pub enum PaymentTarget {
    Person(PaymentTargetPerson),
    Firm(PaymentTargetFirm),
    WithCash(PaymentTargetWithCash),
    Unknown(JsonValue),
}
impl PaymentTarget {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["name", "birth"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["name", "register"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["name", "cash"], constants: &[], }, ],
    ];
}
impl From<PaymentTargetPerson> for PaymentTarget { fn from(value: PaymentTargetPerson) -> Self { Self::Person(value) } }
impl From<PaymentTargetFirm> for PaymentTarget { fn from(value: PaymentTargetFirm) -> Self { Self::Firm(value) } }
impl From<PaymentTargetWithCash> for PaymentTarget {
    fn from(value: PaymentTargetWithCash) -> Self { Self::WithCash(value) }
}
impl glue::Json for PaymentTarget {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Person(v.decode()),
                1 => Self::Firm(v.decode()),
                2 => Self::WithCash(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Person(value) => w.value(value),
            Self::Firm(value) => w.value(value),
            Self::WithCash(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(PaymentTarget);
pub struct PaymentTargetPerson { pub name: String, pub birth: String, extra: Extra, }
pub struct PaymentTargetPersonRequired { pub name: String, pub birth: String, }
impl PaymentTargetPerson {
    pub fn new(required: PaymentTargetPersonRequired) -> Self {
        Self { name: required.name, birth: required.birth, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(PaymentTargetPerson { name: "name", birth: "birth", });
glue::debug!(PaymentTargetPerson);
pub struct PaymentTargetFirm { pub name: String, pub register: String, extra: Extra, }
pub struct PaymentTargetFirmRequired { pub name: String, pub register: String, }
impl PaymentTargetFirm {
    pub fn new(required: PaymentTargetFirmRequired) -> Self {
        Self { name: required.name, register: required.register, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(PaymentTargetFirm { name: "name", register: "register", });
glue::debug!(PaymentTargetFirm);
pub struct PaymentTargetWithCash { pub name: String, pub cash: String, extra: Extra, }
pub struct PaymentTargetWithCashRequired { pub name: String, pub cash: String, }
impl PaymentTargetWithCash {
    pub fn new(required: PaymentTargetWithCashRequired) -> Self {
        Self { name: required.name, cash: required.cash, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(PaymentTargetWithCash { name: "name", cash: "cash", });
glue::debug!(PaymentTargetWithCash);
