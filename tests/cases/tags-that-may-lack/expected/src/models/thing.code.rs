pub struct Thing {
    pub always: Option<Always>,
    pub not_always: Option<NotAlways>,
    pub of_another: Option<OfAnother>,
    pub outer: Option<Outer>,
    pub outer_lack: Option<OuterLack>,
    pub farm: Option<Farm>,
    pub of_sky: Option<OfSky>,
    pub of_text: Option<OfText>,
    extra: Extra,
}
impl Default for Thing { fn default() -> Self { Self::new() } }
impl Thing {
    pub fn new() -> Self {
        Self {
            always: None,
            not_always: None,
            of_another: None,
            outer: None,
            outer_lack: None,
            farm: None,
            of_sky: None,
            of_text: None,
            extra: Extra::default(),
        }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Thing {
    always: "always",
    not_always: "notAlways",
    of_another: "ofAnother",
    outer: "outer",
    outer_lack: "outerLack",
    farm: "farm",
    of_sky: "ofSky",
    of_text: "ofText",
});
glue::model!(Thing);
