pub struct Payments<'c> { pub(crate) client: &'c Client, }
impl<'c> Payments<'c> {
    pub fn pay(self, body: &Payment) -> Call<Pay> {
        Call::new(self.client, glue::request::<Pay>(self.client).json(body))
    }
}
pub struct Pay;
impl glue::Operation for Pay {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "pay",
            "POST",
            "/payments",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
