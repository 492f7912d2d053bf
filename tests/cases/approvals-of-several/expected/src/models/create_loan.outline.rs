pub struct CreateLoan { pub book: String, extra: Extra, }
impl CreateLoan { pub fn new(book: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(CreateLoan { book: "book", });
glue::model!(CreateLoan);
