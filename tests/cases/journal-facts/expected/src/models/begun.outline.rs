pub struct Begun { pub payment_id: Option<PaymentId>, pub ticket: Option<Ticket>, extra: Extra, }
impl Begun { pub fn extra(&self) -> &Extra; }
glue::object!(Begun { payment_id: "paymentId", ticket: "ticket", });
glue::model!(Begun);
