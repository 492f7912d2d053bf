pub struct Scans<'c> { pub(crate) client: &'c Client, }
impl<'c> Scans<'c> {
    pub fn add(self, body: &crate::models::AddScan) -> Call<AddScan> {
        Call::new( self.client, glue::request::<AddScan>(self.client).multipart(body.parts()), )
    }
}
pub struct AddScan;
impl glue::Operation for AddScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addScan",
            "POST",
            "/scans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
