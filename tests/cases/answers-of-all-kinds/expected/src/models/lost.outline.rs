pub struct Lost { pub code: Option<String>, extra: Extra, }
impl Lost { pub fn extra(&self) -> &Extra; }
glue::object!(Lost { code: "code", });
glue::model!(Lost);
