pub struct Fault { pub code: String, pub more: Option<FaultMore>, extra: Extra, }
impl Fault { pub fn extra(&self) -> &Extra; }
glue::object!(Fault { code: "code", more: "more", });
glue::model!(Fault);
pub struct FaultMore { pub detail: Option<String>, pub fields: Option<Vec<Field>>, extra: Extra, }
impl FaultMore { pub fn extra(&self) -> &Extra; }
impl glue::Json for FaultMore { }
glue::debug!(FaultMore);
