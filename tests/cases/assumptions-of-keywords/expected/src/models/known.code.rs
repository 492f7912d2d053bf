pub struct Known { pub tags: Option<Vec<String>>, pub within: Option<KnownWithin>, extra: Extra, }
impl Known { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Known { tags: "tags", within: "within", });
glue::model!(Known);
pub struct KnownWithin { pub deep: Option<String>, pub ours: Option<String>, extra: Extra, }
impl KnownWithin { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(KnownWithin { deep: "deep", ours: "ours", });
glue::debug!(KnownWithin);
