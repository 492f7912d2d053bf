pub struct Hours<'c> { pub(crate) client: &'c Client, }
impl<'c> Hours<'c> { pub fn set(self, key: RefreshKey) -> Call<SetHours>; }
pub struct SetHours;
impl glue::Operation for SetHours {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "setHours",
            "PUT",
            "/hours",
        )
        .intent(glue::KeyIntent::Refresh)
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
