pub struct Shows<'c> { pub(crate) client: &'c Client, }
impl<'c> Shows<'c> {
    pub fn show(self, key: RefreshKey, body: &ShownParts) -> Call<Show>;
    pub fn tell(self, key: RefreshKey, body: &EventParts) -> Call<Tell>;
}
pub struct Show;
impl glue::Operation for Show {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "show",
            "PUT",
            "/shows",
        )
        .intent(glue::KeyIntent::Refresh)
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct Tell;
impl glue::Operation for Tell {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "tell",
            "PATCH",
            "/shows",
        )
        .intent(glue::KeyIntent::Refresh)
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
