pub struct Orders<'c> { pub(crate) client: &'c Client, }
impl<'c> Orders<'c> {
    pub fn create(self, body: &crate::models::Order) -> Call<Order> {
        Call::new(self.client, glue::request::<Order>(self.client).json(body))
    }
}
pub struct Order;
impl glue::Operation for Order {
    type Output = crate::models::Order;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "order", "POST", "/orders", );
}
