pub struct Novel { pub kind: String, extra: Extra, }
impl Novel {
    pub fn new(kind: impl Into<String>) -> Self { Self { kind: kind.into(), extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Novel { kind: "kind", });
glue::model!(Novel);
