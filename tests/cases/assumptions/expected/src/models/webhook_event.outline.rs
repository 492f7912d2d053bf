pub struct WebhookEvent { pub ours: Option<bool>, extra: Extra, }
impl WebhookEvent { pub fn extra(&self) -> &Extra; }
glue::object!(WebhookEvent { ours: "ours", });
glue::model!(WebhookEvent);
