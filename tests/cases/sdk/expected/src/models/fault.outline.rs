pub struct Fault {
    pub code: String,
    pub type_: Option<String>,
    pub instance: Option<String>,
    pub kind: Option<String>,
    pub more: Option<FaultMore>,
    pub trace: Option<String>,
    pub fields: Option<Vec<String>>,
    extra: Extra,
}
impl Fault { pub fn extra(&self) -> &Extra; }
impl glue::Json for Fault { }
glue::model!(Fault);
pub struct FaultMore { pub title: Option<String>, pub detail: Option<String>, extra: Extra, }
impl FaultMore { pub fn extra(&self) -> &Extra; }
impl glue::Json for FaultMore { }
glue::debug!(FaultMore);
