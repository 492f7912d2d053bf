pub struct Orders<'c> { pub(crate) client: &'c Client, }
impl<'c> Orders<'c> {
    pub fn create(self, key: IdempotencyKey, body: &Pay) -> Call<Order>;
    pub fn list(self) -> Call<ListOrders>;
}
pub struct Order;
impl glue::Operation for Order {
    type Output = OrderAnswer;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "order",
            "POST",
            "/orders",
        )
        .intent(glue::KeyIntent::Effect)
        .ids(
            &[
                ("PaymentId", "/paymentId"),
                ("First", "/a/first"),
                ("Fifth", "/a/b/c/d/fifth"),
                ("Ticket", "/ticket"),
            ],
        )
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("", glue::MemberKind::Object)],
                ),
                glue::Success::json(
                    202,
                    202,
                    "application/json",
                    &[glue::Member::new("", glue::MemberKind::Object)],
                ),
            ],
        )
        .subject(&[glue::Subject::Body("/reference")]);
    const ANSWERS: &'static [u16] = &[200, 202];
}
pub enum OrderAnswer { Ok(Payment), Accepted(Begun), }
impl glue::Answer for OrderAnswer { }
pub struct ListOrders;
impl glue::Operation for ListOrders {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "listOrders",
            "GET",
            "/orders",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
impl Call<ListOrders> { pub fn reference(self, reference: impl Into<String>) -> Self; }
