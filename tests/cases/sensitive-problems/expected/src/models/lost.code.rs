pub struct Lost { pub code: String, pub lost: String, pub more: Option<LostMore>, extra: Extra, }
impl Lost { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Lost { code: "code", lost: "lost", more: "more", });
glue::model!(Lost);
pub struct LostMore { pub detail: Option<String>, pub fields: Option<Vec<String>>, extra: Extra, }
impl LostMore { pub fn extra(&self) -> &Extra { &self.extra } }
impl glue::Json for LostMore {
    fn read(v: glue::Value) -> Self { Self { detail: v.get("detail"), fields: v.get("fields"), extra: v.rest(), } }
    fn write(&self, w: &mut glue::Writer) {
        w.begin("LostMore")
            .sensitive("detail", &self.detail)
            .sensitive("fields", &self.fields)
            .rest(&self.extra);
    }
}
glue::debug!(LostMore);
