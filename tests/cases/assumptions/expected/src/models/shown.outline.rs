pub struct Shown { pub id: String, pub type_: String, pub shown: Option<bool>, extra: Extra, }
pub struct ShownRequired { pub id: String, pub type_: String, }
impl Shown { pub fn new(required: ShownRequired) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Shown { id: "id", type_: "type", shown: "shown", });
glue::model!(Shown);
pub struct ShownParts { pub id: String, pub type_: String, pub shown: Option<bool>, }
pub struct ShownPartsRequired { pub id: String, pub type_: String, }
impl ShownParts { pub fn new(required: ShownPartsRequired) -> Self; }
