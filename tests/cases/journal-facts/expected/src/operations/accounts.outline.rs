pub struct Accounts<'c> { pub(crate) client: &'c Client, }
impl<'c> Accounts<'c> {
    pub fn pay( self, key: IdempotencyKey, account: &str, body: &crate::models::Pay, ) -> Call<Pay>;
    pub fn list_payments(self, account: &str) -> Call<ListPayments>;
}
pub struct Pay;
impl glue::Operation for Pay {
    type Output = Payment;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "pay",
            "POST",
            "/accounts/{account}/payments",
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
        .subject(&[glue::Subject::Path("account"), glue::Subject::Body("/reference")])
        .find("/accounts/{account}/payments", &[("reference", "/reference")]);
}
pub struct ListPayments;
impl glue::Operation for ListPayments {
    type Output = Vec<Payment>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
        "listPayments",
        "GET",
        "/accounts/{account}/payments",
    );
}
impl Call<ListPayments> {
    pub fn reference(self, reference: impl Into<String>) -> Self;
    pub fn extra(self, extra: impl Into<String>) -> Self;
}
