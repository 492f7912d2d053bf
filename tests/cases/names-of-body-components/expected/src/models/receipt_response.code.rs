pub struct ReceiptResponse { pub h: Option<String>, extra: Extra, }
impl ReceiptResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ReceiptResponse { h: "h", });
glue::model!(ReceiptResponse);
