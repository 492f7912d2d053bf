pub struct Words<'c> { pub(crate) client: &'c Client, }
impl<'c> Words<'c> { pub fn add(self, body: impl Into<Upload>) -> Call<AddWords>; }
pub struct AddWords;
impl glue::Operation for AddWords {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addWords",
            "POST",
            "/words",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
