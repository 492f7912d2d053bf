pub struct Carts<'c> { pub(crate) client: &'c Client, }
impl<'c> Carts<'c> {
    pub fn count(self) -> Call<CountCarts> { Call::new(self.client, glue::request::<CountCarts>(self.client)) }
}
pub struct CountCarts;
impl glue::Operation for CountCarts {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "countCarts",
            "GET",
            "/carts",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
