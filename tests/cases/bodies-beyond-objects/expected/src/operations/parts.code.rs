pub struct Parts<'c> { pub(crate) client: &'c Client, }
impl<'c> Parts<'c> {
    pub fn add(self, body: glue::Multipart) -> Call<AddParts> {
        Call::new(self.client, glue::request::<AddParts>(self.client).multipart(body))
    }
}
pub struct AddParts;
impl glue::Operation for AddParts {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addParts",
            "POST",
            "/parts",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
