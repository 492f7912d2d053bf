pub struct Either<'c> { pub(crate) client: &'c Client, }
impl<'c> Either<'c> {
    pub fn replace(self, body: &JsonValue) -> Call<PutEither> {
        Call::new(self.client, glue::request::<PutEither>(self.client).json(body))
    }
}
pub struct PutEither;
impl glue::Operation for PutEither {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putEither",
            "PUT",
            "/either",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
