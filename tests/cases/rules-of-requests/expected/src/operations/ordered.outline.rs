pub struct Ordered<'c> { pub(crate) client: &'c Client, }
impl<'c> Ordered<'c> {
    pub fn order_things( self, required: OrderThingsRequired, body: &SizedType, ) -> Call<OrderThings>;
}
pub struct OrderThings;
impl glue::Operation for OrderThings {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "orderThings",
            "PUT",
            "/ordered/{second}/{first}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct OrderThingsRequired { pub second: i64, pub first: i64, pub first_query: i64, pub other: i64, }
