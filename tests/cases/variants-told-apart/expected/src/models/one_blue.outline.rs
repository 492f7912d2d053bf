pub struct OneBlue { pub color: Color, extra: Extra, }
impl Default for OneBlue { }
impl OneBlue { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(OneBlue { color: "color", });
glue::model!(OneBlue);
