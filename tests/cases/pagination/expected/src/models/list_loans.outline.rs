pub struct ListLoansResponse { pub loans: Vec<String>, pub after: Option<String>, pub done: bool, extra: Extra, }
impl ListLoansResponse { pub fn extra(&self) -> &Extra; }
impl glue::Json for ListLoansResponse { }
glue::model!(ListLoansResponse);
impl IntoIterator for ListLoansResponse { type Item = String; type IntoIter = std::vec::IntoIter<String>; }
impl<'p> IntoIterator for &'p ListLoansResponse {
    type Item = &'p String;
    type IntoIter = std::slice::Iter<'p, String>;
}
