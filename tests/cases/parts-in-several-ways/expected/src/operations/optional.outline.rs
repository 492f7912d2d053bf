pub struct Optional<'c> { pub(crate) client: &'c Client, }
impl<'c> Optional<'c> { pub fn add_some(self) -> Call<AddSome>; }
pub struct AddSome;
impl glue::Operation for AddSome {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addSome",
            "POST",
            "/optional",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
impl Call<AddSome> { pub fn body(self, body: &SomeType) -> Self; }
