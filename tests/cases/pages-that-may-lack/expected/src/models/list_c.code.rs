pub struct ListCResponse { pub page: Maybe<ListCResponsePage>, extra: Extra, }
impl ListCResponse { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ListCResponse { page: "page", });
glue::model!(ListCResponse);
impl IntoIterator for ListCResponse {
    type Item = String;
    type IntoIter = std::vec::IntoIter<String>;
    fn into_iter(self) -> Self::IntoIter {
        self.page
            .value()
            .map(|value| value.data)
            .map(|value| value.list)
            .unwrap_or_default()
            .into_iter()
    }
}
impl<'p> IntoIterator for &'p ListCResponse {
    type Item = &'p String;
    type IntoIter = std::slice::Iter<'p, String>;
    fn into_iter(self) -> Self::IntoIter {
        self.page
            .as_ref()
            .value()
            .map(|value| &value.data)
            .map(|value| &value.list)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
    }
}
pub struct ListCResponsePage { pub data: ListCResponsePageData, pub next: Option<String>, extra: Extra, }
impl ListCResponsePage { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ListCResponsePage { data: "data", next: "next", });
glue::debug!(ListCResponsePage);
pub struct ListCResponsePageData { pub list: List, extra: Extra, }
impl ListCResponsePageData { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ListCResponsePageData { list: "list", });
glue::debug!(ListCResponsePageData);
