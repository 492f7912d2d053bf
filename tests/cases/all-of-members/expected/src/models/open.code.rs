pub struct Open { pub a: Option<String>, pub additional: Map<String>, }
impl glue::Json for Open {
    fn read(v: glue::Value) -> Self { Self { a: v.get("a"), additional: v.rest_as(), } }
    fn write(&self, w: &mut glue::Writer) { w.begin("Open").put("a", &self.a).rest_as(&["a"], &self.additional); }
}
glue::model!(Open);
