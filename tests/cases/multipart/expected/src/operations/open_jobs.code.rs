pub struct OpenJobs<'c> { pub(crate) client: &'c Client, }
impl<'c> OpenJobs<'c> {
    pub fn open(self, body: &crate::models::OpenJob) -> Call<OpenJob> {
        Call::new( self.client, glue::request::<OpenJob>(self.client).multipart(body.parts()), )
    }
}
pub struct OpenJob;
impl glue::Operation for OpenJob {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "openJob",
            "POST",
            "/open-jobs",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
