pub struct Reports<'c> { pub(crate) client: &'c Client, }
impl<'c> Reports<'c> {
    pub fn add(self, body: &AddReportRequestMultipart) -> Call<AddReport> {
        Call::new( self.client, glue::request::<AddReport>(self.client).multipart(body.parts()), )
    }
}
pub struct AddReport;
impl glue::Operation for AddReport {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addReport",
            "POST",
            "/reports",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
