pub struct E { pub kind: EKind, pub v: Option<String>, extra: Extra, }
impl E { pub fn new(kind: EKind) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(E { kind: "kind", v: "v", });
glue::model!(E);
pub type EKind = JsonValue;
