pub struct M { pub m: Option<String>, extra: Extra, }
impl M { pub fn extra(&self) -> &Extra; }
glue::object!(M { m: "m", });
glue::model!(M);
