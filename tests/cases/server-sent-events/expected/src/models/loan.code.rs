pub struct Loan { pub book: String, extra: Extra, }
impl Loan { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Loan { book: "book", });
glue::model!(Loan);
