pub struct Payments<'c> { pub(crate) client: &'c Client, }
impl<'c> Payments<'c> {
    pub fn cancel(self, key: IdempotencyKey, payment: &str) -> Call<Cancel>;
    pub fn read(self, payment: &str) -> Call<ReadPayment>;
    pub fn remove(self, key: IdempotencyKey, payment: &str) -> Call<Remove>;
}
pub struct Cancel;
impl glue::Operation for Cancel {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "cancel",
            "POST",
            "/payments/{payment}/cancel",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .subject(&[glue::Subject::Path("payment")])
        .find("/payments/{payment}", &[]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadPayment;
impl glue::Operation for ReadPayment {
    type Output = Payment;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
        "readPayment",
        "GET",
        "/payments/{payment}",
    );
}
pub struct Remove;
impl glue::Operation for Remove {
    type Output = Payment;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "remove",
            "DELETE",
            "/payments/{payment}",
        )
        .intent(glue::KeyIntent::Effect)
        .ids( &[ ("PaymentId", "/paymentId"), ("First", "/a/first"), ("Fifth", "/a/b/c/d/fifth"), ], )
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("", glue::MemberKind::Object)],
                ),
            ],
        )
        .find("/payments/{payment}", &[]);
}
