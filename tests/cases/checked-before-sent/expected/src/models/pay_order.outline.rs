pub struct PayOrderRequestForm { pub code: String, extra: Extra, }
impl PayOrderRequestForm { pub fn new(code: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(PayOrderRequestForm { code: "code", });
glue::model!(PayOrderRequestForm);
