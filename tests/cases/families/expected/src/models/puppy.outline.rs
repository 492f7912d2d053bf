pub struct Puppy { pub kind: String, pub barks: Option<bool>, pub weeks: Option<i64>, extra: Extra, }
impl Puppy { pub fn extra(&self) -> &Extra; }
glue::object!(Puppy { kind: "kind", barks: "barks", weeks: "weeks", });
glue::model!(Puppy);
