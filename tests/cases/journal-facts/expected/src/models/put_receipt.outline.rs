pub struct PutReceiptResponse {
    pub code: String,
    pub pin: Option<String>,
    pub payer: PutReceiptResponsePayer,
    pub note: PutReceiptResponseNote,
    extra: Extra,
}
impl PutReceiptResponse { pub fn extra(&self) -> &Extra; }
glue::object!(PutReceiptResponse { code: "code", pin: "pin", payer: "payer", note: "note", });
glue::model!(PutReceiptResponse);
pub enum PutReceiptResponsePayer { Pay(Pay), Begun(Begun), Unknown(JsonValue), }
impl PutReceiptResponsePayer {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["reference"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for PutReceiptResponsePayer { }
glue::debug!(PutReceiptResponsePayer);
pub enum PutReceiptResponseNote { Text(String), Pay(Pay), Unknown(JsonValue), }
impl PutReceiptResponseNote {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["reference"], constants: &[], }, ],
    ];
}
impl glue::Json for PutReceiptResponseNote { }
glue::debug!(PutReceiptResponseNote);
