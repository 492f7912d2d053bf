pub struct Drawers<'c> { pub(crate) client: &'c Client, }
impl<'c> Drawers<'c> {
    pub fn add(self, key: IdempotencyKey, body: &Drawer) -> Call<AddDrawer>;
    pub fn set(self, key: IdempotencyKey, body: &Label) -> Call<SetDrawer>;
    pub fn change(self, key: IdempotencyKey, body: &Counts) -> Call<ChangeDrawer>;
}
pub struct AddDrawer;
impl glue::Operation for AddDrawer {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addDrawer",
            "POST",
            "/drawers",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct SetDrawer;
impl glue::Operation for SetDrawer {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "setDrawer",
            "PUT",
            "/drawers",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ChangeDrawer;
impl glue::Operation for ChangeDrawer {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "changeDrawer",
            "PATCH",
            "/drawers",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
