pub struct Switch<'c> { pub(crate) client: &'c Client, }
impl<'c> Switch<'c> { pub fn set(self, body: impl Into<String>) -> Call<SetSwitch>; }
pub struct SetSwitch;
impl glue::Operation for SetSwitch {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "setSwitch",
            "PUT",
            "/switch",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
