pub struct Gifts<'c> { pub(crate) client: &'c Client, }
impl<'c> Gifts<'c> {
    pub fn draft(self, body: &Gift) -> Result<Draft<PostGifts>, DraftError>;
    pub fn create( self, key: IdempotencyKey, like: &Gift, body: &Authorized<PostGifts>, ) -> Call<PostGifts>;
}
pub struct PostGifts;
impl glue::Operation for PostGifts {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "post_gifts",
            "POST",
            "/gifts",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
impl glue::Approval for PostGifts {
    type Evidence = Evidence;
    type Payload = Gift;
    const MEMBER: &'static str = "approval";
    const INTO: &'static str = "hash";
    const INPUTS: &'static [(&'static str, glue::Input)] = &[ ("payload", glue::Input::Body), ];
}
