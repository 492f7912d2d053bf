pub struct Fault { pub code: FaultCode, extra: Extra, }
impl Fault { pub fn extra(&self) -> &Extra; }
glue::object!(Fault { code: "code", });
glue::model!(Fault);
