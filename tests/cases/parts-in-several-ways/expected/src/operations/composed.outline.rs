pub struct Composed<'c> { pub(crate) client: &'c Client, }
impl<'c> Composed<'c> { pub fn add(self, body: &crate::models::Composed) -> Call<AddComposed>; }
pub struct AddComposed;
impl glue::Operation for AddComposed {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addComposed",
            "POST",
            "/composed",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
