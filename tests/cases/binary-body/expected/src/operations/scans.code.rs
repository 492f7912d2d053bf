pub struct Scans<'c> { pub(crate) client: &'c Client, }
impl<'c> Scans<'c> {
    pub fn store(self, id: &str, body: impl Into<Upload>) -> Call<StoreScan> {
        Call::new( self.client, glue::request::<StoreScan>(self.client) .path("id", id) .upload("image/png", body), )
    }
    pub fn add(self, id: &str, body: impl Into<Upload>) -> Call<AddScan> {
        Call::new(
            self.client,
            glue::request::<AddScan>(self.client)
                .path("id", id)
                .upload("application/json", body),
        )
    }
    pub fn update(self, id: &str, body: impl Into<Upload>) -> Call<PatchScan> {
        Call::new(
            self.client,
            glue::request::<PatchScan>(self.client)
                .path("id", id)
                .upload("application/x-www-form-urlencoded", body),
        )
    }
    pub fn tell( self, required: TellScanRequired<'_>, body: impl Into<String>, ) -> Call<TellScan> {
        Call::new(
            self.client,
            glue::request::<TellScan>(self.client)
                .path("id", required.id)
                .bytes("text/event-stream", body.into()),
        )
    }
    pub fn read(self, id: &str) -> Call<ReadScan> {
        Call::new(self.client, glue::request::<ReadScan>(self.client).path("id", id))
    }
}
pub struct StoreScan;
impl glue::Operation for StoreScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "storeScan",
            "PUT",
            "/scans/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct AddScan;
impl glue::Operation for AddScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addScan",
            "POST",
            "/scans/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct PatchScan;
impl glue::Operation for PatchScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "patchScan",
            "PATCH",
            "/scans/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct TellScan;
impl glue::Operation for TellScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "tellScan",
            "DELETE",
            "/scans/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct TellScanRequired<'a> { pub id: &'a str, }
pub struct ReadScan;
impl glue::Operation for ReadScan {
    type Output = glue::Binary;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readScan",
            "GET",
            "/scans/{id}",
        )
        .accept("image/png")
        .successes(&[glue::Success::other(200, 200, "image/png")]);
}
