pub struct Key<'c> { pub(crate) client: &'c Client, }
impl<'c> Key<'c> { pub fn set(self, body: impl Into<String>) -> Call<SetKey>; }
pub struct SetKey;
impl glue::Operation for SetKey {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "setKey",
            "PUT",
            "/key",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
