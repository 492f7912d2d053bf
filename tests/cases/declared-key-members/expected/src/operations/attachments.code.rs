pub struct Attachments<'c> { pub(crate) client: &'c Client, }
impl<'c> Attachments<'c> {
    pub fn attach( self, key: IdempotencyKey, body: &AttachRequestMultipart, ) -> Call<Attach> {
        Call::new( self.client, glue::request::<Attach>(self.client).key(key).multipart(body.parts()), )
    }
}
pub struct Attach;
impl glue::Operation for Attach {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "attach",
            "POST",
            "/attachments",
        )
        .intent(glue::KeyIntent::Effect)
        .key(glue::KeyRules::part_member("request", "idempotency_key", 1, 45))
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
