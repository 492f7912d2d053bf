pub struct NoteRequest { pub text: Option<String>, extra: Extra, }
impl Default for NoteRequest { }
impl NoteRequest { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(NoteRequest { text: "text", });
glue::model!(NoteRequest);
