pub struct Card { pub kind: String, pub number: String, extra: Extra, }
impl Card { pub fn new(number: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Card { kind: "kind", number: "number", });
glue::model!(Card);
