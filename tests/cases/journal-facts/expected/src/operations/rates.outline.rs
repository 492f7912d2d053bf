pub struct Rates<'c> { pub(crate) client: &'c Client, }
impl<'c> Rates<'c> { pub fn ask(self, key: RefreshKey) -> Call<AskRate>; }
pub struct AskRate;
impl glue::Operation for AskRate {
    type Output = Payment;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "askRate",
            "POST",
            "/rates",
        )
        .intent(glue::KeyIntent::Refresh);
}
