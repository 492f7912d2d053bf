pub struct Plans<'c> { pub(crate) client: &'c Client, }
impl<'c> Plans<'c> { pub fn replace(self, body: &Plan) -> Call<PutPlan>; }
pub struct PutPlan;
impl glue::Operation for PutPlan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putPlan",
            "PUT",
            "/plans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
