pub struct Loose<'c> { pub(crate) client: &'c Client, }
impl<'c> Loose<'c> { pub fn replace(self, body: &crate::models::Loose) -> Call<PutLoose>; }
pub struct PutLoose;
impl glue::Operation for PutLoose {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putLoose",
            "PUT",
            "/loose",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
