pub struct Batches<'c> { pub(crate) client: &'c Client, }
impl<'c> Batches<'c> {
    pub fn send(self, body: impl Into<Upload>) -> Call<SendBatch> {
        Call::new(
            self.client,
            glue::request::<SendBatch>(self.client)
                .upload("multipart/mixed; boundary=request-separator", body),
        )
    }
    pub fn replace(self, body: &PutBatchRequest) -> Call<PutBatch> {
        Call::new(
            self.client,
            glue::request::<PutBatch>(self.client)
                .json_as("application/json; version=2; charset=utf-8", body),
        )
    }
}
pub struct SendBatch;
impl glue::Operation for SendBatch {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendBatch",
            "POST",
            "/batches",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct PutBatch;
impl glue::Operation for PutBatch {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putBatch",
            "PUT",
            "/batches",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
