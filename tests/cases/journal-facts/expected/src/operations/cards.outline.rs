pub struct Cards<'c> { pub(crate) client: &'c Client, }
impl<'c> Cards<'c> {
    pub fn block(self, key: IdempotencyKey, card: &str) -> Call<Block>;
    pub fn ask_again(self, key: RefreshKey, card: &str) -> Call<Block>;
}
pub struct Block;
impl glue::Operation for Block {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "block",
            "POST",
            "/cards/{card}/block",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .subject(&[glue::Subject::Path("card")]);
    const ANSWERS: &'static [u16] = &[204];
}
