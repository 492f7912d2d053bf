pub struct Cutoff<'c> { pub(crate) client: &'c Client, }
impl<'c> Cutoff<'c> { pub fn set(self, body: impl Into<String>) -> Call<SetCutoff>; }
pub struct SetCutoff;
impl glue::Operation for SetCutoff {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "setCutoff",
            "PUT",
            "/cutoff",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
