pub struct Pictures<'c> { pub(crate) client: &'c Client, }
impl<'c> Pictures<'c> {
    pub fn send(self, body: impl Into<Upload>) -> Call<SendPicture> {
        Call::new( self.client, glue::request::<SendPicture>(self.client).upload("image/*", body), )
    }
    pub fn send_any(self, body: impl Into<Upload>) -> Call<SendAny> {
        Call::new(self.client, glue::request::<SendAny>(self.client).upload("*/*", body))
    }
}
pub struct SendPicture;
impl glue::Operation for SendPicture {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendPicture",
            "POST",
            "/pictures",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct SendAny;
impl glue::Operation for SendAny {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendAny",
            "PUT",
            "/pictures",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
