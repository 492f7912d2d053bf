pub struct Scans<'c> { pub(crate) client: &'c Client, }
impl<'c> Scans<'c> {
    pub fn add(self, body: &crate::models::AddScan) -> Call<AddScan> {
        Call::new( self.client, glue::request::<AddScan>(self.client).multipart(body.parts()), )
    }
    pub fn mix_scan(self, body: &crate::models::MixScan) -> Call<MixScan> {
        Call::new(
            self.client,
            glue::request::<MixScan>(self.client)
                .multipart(body.parts())
                .content_type("multipart/mixed"),
        )
    }
    pub fn relate_scan(self, body: &crate::models::RelateScan) -> Call<RelateScan> {
        Call::new(
            self.client,
            glue::request::<RelateScan>(self.client)
                .multipart(body.parts())
                .content_type("multipart/related; start-info=x"),
        )
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
pub struct MixScan;
impl glue::Operation for MixScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "mixScan",
            "PUT",
            "/scans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct RelateScan;
impl glue::Operation for RelateScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "relateScan",
            "PATCH",
            "/scans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
