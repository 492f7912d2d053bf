pub struct ReadRowsResponse { pub rows: Vec<String>, extra: Extra, }
impl ReadRowsResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ReadRowsResponse { rows: "rows", });
glue::model!(ReadRowsResponse);
