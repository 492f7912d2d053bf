pub struct AddReceiptRequest { pub kind: AddReceiptRequestKind, pub reference: Maybe<String>, extra: Extra, }
impl AddReceiptRequest {
    pub fn new(kind: AddReceiptRequestKind) -> Self;
    pub fn clear_reference(mut self) -> Self;
    pub fn extra(&self) -> &Extra;
}
glue::object!(AddReceiptRequest { kind: "kind", reference: "reference", });
glue::model!(AddReceiptRequest);
pub enum AddReceiptRequestKind { A, B, Unknown(String), }
impl AddReceiptRequestKind { pub fn as_str(&self) -> &str; }
glue::is_text!(AddReceiptRequestKind);
impl glue::Enum for AddReceiptRequestKind {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("b", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for AddReceiptRequestKind { }
glue::debug!(AddReceiptRequestKind);
