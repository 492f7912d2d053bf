pub struct ListAResponse { pub data: List, pub next: String, pub more: bool, extra: Extra, }
impl ListAResponse { pub fn extra(&self) -> &Extra; }
glue::object!(ListAResponse { data: "data", next: "next", more: "more", });
glue::model!(ListAResponse);
impl IntoIterator for ListAResponse { type Item = String; type IntoIter = std::vec::IntoIter<String>; }
impl<'p> IntoIterator for &'p ListAResponse { type Item = &'p String; type IntoIter = std::slice::Iter<'p, String>; }
