pub struct Line { pub count: i64, pub price: Option<Number>, pub parts: Option<Vec<Line>>, extra: Extra, }
impl Line { pub fn new(count: i64) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Line { count: "count", price: "price", parts: "parts", });
glue::model!(Line);
