pub struct Label { pub reader_id: Option<ReaderId>, pub text: String, extra: Extra, }
pub struct LabelRequired { pub reader_id: Option<ReaderId>, pub text: String, }
impl Label { pub fn new(required: LabelRequired) -> Self; pub fn extra(&self) -> &Extra; }
impl glue::Json for Label { }
glue::model!(Label);
