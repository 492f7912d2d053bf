pub struct Covers<'c> { pub(crate) client: &'c Client, }
impl<'c> Covers<'c> {
    pub fn add(self, body: &crate::models::AddCover) -> Call<AddCover> {
        Call::new(self.client, glue::request::<AddCover>(self.client).json(body))
    }
    pub fn add_with_multipart(self, body: &AddCoverParts) -> Call<AddCover> {
        Call::new( self.client, glue::request::<AddCover>(self.client).multipart(body.parts()), )
    }
}
pub struct AddCover;
impl glue::Operation for AddCover {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addCover",
            "POST",
            "/covers",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
