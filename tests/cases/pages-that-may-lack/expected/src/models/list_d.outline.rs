pub struct ListDResponse { pub page: Option<ListDResponsePage>, pub next: String, extra: Extra, }
impl ListDResponse { pub fn extra(&self) -> &Extra; }
glue::object!(ListDResponse { page: "page", next: "next", });
glue::model!(ListDResponse);
impl IntoIterator for ListDResponse { type Item = String; type IntoIter = std::vec::IntoIter<String>; }
impl<'p> IntoIterator for &'p ListDResponse { type Item = &'p String; type IntoIter = std::slice::Iter<'p, String>; }
pub struct ListDResponsePage { pub data: Maybe<Vec<String>>, extra: Extra, }
impl ListDResponsePage { pub fn extra(&self) -> &Extra; }
glue::object!(ListDResponsePage { data: "data", });
glue::debug!(ListDResponsePage);
