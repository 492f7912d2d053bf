pub struct Orders<'c> { pub(crate) client: &'c Client, }
impl<'c> Orders<'c> {
    pub fn get(self, id: &str) -> Call<GetOrder>;
    pub fn replace(self, id: &str, body: &Order) -> Call<PutOrder>;
    pub fn pay(self, id: &str, body: &PayOrderRequestForm) -> Call<PayOrder>;
    pub fn attach_to_order( self, id: &str, body: &AttachToOrderRequestMultipart, ) -> Call<AttachToOrder>;
    pub fn delete(self, id: &str) -> Call<DeleteOrder>;
}
pub struct GetOrder;
impl glue::Operation for GetOrder {
    type Output = Answer;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "getOrder", "GET", "/orders/{id}", );
}
impl Call<GetOrder> {
    pub fn limit(self, limit: i32) -> Self;
    pub fn tags(self, tags: Vec<String>) -> Self;
    pub fn x_trace(self, x_trace: impl Into<String>) -> Self;
    pub fn seen(self, seen: Number) -> Self;
    pub fn filter(self, filter: Filter) -> Self;
}
pub struct PutOrder;
impl glue::Operation for PutOrder {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putOrder",
            "PUT",
            "/orders/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct PayOrder;
impl glue::Operation for PayOrder {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "payOrder",
            "POST",
            "/orders/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct AttachToOrder;
impl glue::Operation for AttachToOrder {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "attachToOrder",
            "PATCH",
            "/orders/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct DeleteOrder;
impl glue::Operation for DeleteOrder {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "deleteOrder",
            "DELETE",
            "/orders/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
