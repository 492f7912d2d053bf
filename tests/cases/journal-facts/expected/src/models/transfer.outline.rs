pub struct TransferRequest { pub details: Pay, extra: Extra, }
impl TransferRequest { pub fn new(details: Pay) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(TransferRequest { details: "details", });
glue::model!(TransferRequest);
