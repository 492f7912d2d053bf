pub struct Fault { pub code: String, pub detail: Maybe<String>, extra: Extra, }
impl Fault { pub fn extra(&self) -> &Extra; }
impl glue::Json for Fault { }
glue::model!(Fault);
