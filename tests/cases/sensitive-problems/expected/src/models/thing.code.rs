pub struct Thing { pub more: ThingMore, extra: Extra, }
impl Thing { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Thing { more: "more", });
glue::model!(Thing);
pub struct ThingMore { pub detail: Option<String>, pub fields: Option<Vec<ThingMoreFieldsItem>>, extra: Extra, }
impl ThingMore { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ThingMore { detail: "detail", fields: "fields", });
glue::debug!(ThingMore);
pub struct ThingMoreFieldsItem { pub at: Option<String>, extra: Extra, }
impl ThingMoreFieldsItem { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(ThingMoreFieldsItem { at: "at", });
glue::debug!(ThingMoreFieldsItem);
