pub struct Jobs<'c> { pub(crate) client: &'c Client, }
impl<'c> Jobs<'c> {
    pub fn add(self, body: &crate::models::AddJob) -> Call<AddJob> {
        Call::new( self.client, glue::request::<AddJob>(self.client).multipart(body.parts()), )
    }
    pub fn replace(self, body: &crate::models::PutJob) -> Call<PutJob> {
        Call::new( self.client, glue::request::<PutJob>(self.client).multipart(body.parts()), )
    }
    pub fn name_job(self, body: &crate::models::NameJob) -> Call<NameJob> {
        Call::new( self.client, glue::request::<NameJob>(self.client).multipart(body.parts()), )
    }
    pub fn end(self, body: &crate::models::EndJob) -> Call<EndJob> {
        Call::new( self.client, glue::request::<EndJob>(self.client).multipart(body.parts()), )
    }
}
pub struct AddJob;
impl glue::Operation for AddJob {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addJob",
            "POST",
            "/jobs",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct PutJob;
impl glue::Operation for PutJob {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putJob",
            "PUT",
            "/jobs",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct NameJob;
impl glue::Operation for NameJob {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "nameJob",
            "PATCH",
            "/jobs",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct EndJob;
impl glue::Operation for EndJob {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "endJob",
            "DELETE",
            "/jobs",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
