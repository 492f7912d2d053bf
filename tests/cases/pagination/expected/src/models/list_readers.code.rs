pub struct ListReadersResponse { pub readers: Vec<String>, pub after: Maybe<String>, pub goes_on: bool, extra: Extra, }
impl ListReadersResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ListReadersResponse { readers: "readers", after: "after", goes_on: "goesOn", });
glue::model!(ListReadersResponse);
impl IntoIterator for ListReadersResponse {
    type Item = String;
    type IntoIter = std::vec::IntoIter<String>;
    fn into_iter(self) -> Self::IntoIter { self.readers.into_iter() }
}
impl<'p> IntoIterator for &'p ListReadersResponse {
    type Item = &'p String;
    type IntoIter = std::slice::Iter<'p, String>;
    fn into_iter(self) -> Self::IntoIter { self.readers.iter() }
}
