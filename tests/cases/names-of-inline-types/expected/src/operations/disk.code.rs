pub struct Disk<'c> { pub(crate) client: &'c Client, }
impl<'c> Disk<'c> {
    pub fn list(self) -> Call<GetDisks> { Call::new(self.client, glue::request::<GetDisks>(self.client)) }
    pub fn create(self, body: &CreateDiskRequestBody) -> Call<CreateDisk> {
        Call::new(self.client, glue::request::<CreateDisk>(self.client).json(body))
    }
    pub fn get(self, id: &str) -> Call<GetDisk> {
        Call::new(self.client, glue::request::<GetDisk>(self.client).path("id", id))
    }
}
pub struct GetDisks;
impl glue::Operation for GetDisks {
    type Output = Vec<crate::models::Disk>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "getDisks", "GET", "/disks", );
}
pub struct CreateDisk;
impl glue::Operation for CreateDisk {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "createDisk",
            "POST",
            "/disks",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct GetDisk;
impl glue::Operation for GetDisk {
    type Output = crate::models::Disk;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "getDisk", "GET", "/disks/{id}", );
}
