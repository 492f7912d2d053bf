pub struct AddPairResponse { pub one: Option<Loan>, extra: Extra, }
impl AddPairResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(AddPairResponse { one: "one", });
glue::model!(AddPairResponse);
