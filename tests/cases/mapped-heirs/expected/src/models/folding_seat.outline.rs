pub struct FoldingSeat { pub kind: String, pub row: i64, pub aisle: Option<bool>, extra: Extra, }
impl FoldingSeat { pub fn extra(&self) -> &Extra; }
glue::object!(FoldingSeat { kind: "kind", row: "row", aisle: "aisle", });
glue::model!(FoldingSeat);
