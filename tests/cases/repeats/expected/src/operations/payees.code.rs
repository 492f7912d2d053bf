pub struct Payees<'c> { pub(crate) client: &'c Client, }
impl<'c> Payees<'c> {
    pub fn add(self, key: IdempotencyKey, body: &NewPayee) -> Call<AddPayee> {
        Call::new( self.client, glue::request::<AddPayee>(self.client).key(key).json(body), )
    }
    pub fn check(self, key: RefreshKey, body: &NewPayee) -> Call<CheckPayee> {
        Call::new( self.client, glue::request::<CheckPayee>(self.client).refresh_key(key).json(body), )
    }
    pub fn read(self, payee_id: &PayeeId) -> Call<ReadPayee> {
        Call::new( self.client, glue::request::<ReadPayee>(self.client).path("payeeId", payee_id), )
    }
    pub fn change( self, key: IdempotencyKey, payee_id: &PayeeId, body: &Change, ) -> Call<ChangePayee> {
        Call::new(
            self.client,
            glue::request::<ChangePayee>(self.client)
                .path("payeeId", payee_id)
                .key(key)
                .json(body),
        )
    }
    pub fn pay(self, key: IdempotencyKey, payee_id: &PayeeId) -> Call<Pay> {
        Call::new( self.client, glue::request::<Pay>(self.client).path("payeeId", payee_id).key(key), )
    }
    pub fn close(self, key: IdempotencyKey, payee_id: &PayeeId) -> Call<ClosePayee> {
        Call::new( self.client, glue::request::<ClosePayee>(self.client).path("payeeId", payee_id).key(key), )
    }
    pub fn read_payment(self, payment_id: &PaymentId) -> Call<ReadPayment> {
        Call::new( self.client, glue::request::<ReadPayment>(self.client).path("paymentId", payment_id), )
    }
    pub fn transfer(self, key: IdempotencyKey) -> Call<Transfer> {
        Call::new(self.client, glue::request::<Transfer>(self.client).key(key))
    }
}
pub struct AddPayee;
impl glue::Operation for AddPayee {
    type Output = Payee;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addPayee",
            "POST",
            "/payees",
        )
        .intent(glue::KeyIntent::Effect)
        .repeats(
            &[
                ("/iban", "/iban", glue::Comparison::Last(4)),
                ("/name", "/holder/name", glue::Comparison::Folded),
                ("/currency", "/currency", glue::Comparison::Exact),
                ("/kind", "/kind", glue::Comparison::Exact),
                ("/limit", "/limit", glue::Comparison::Decimal),
            ],
        )
        .ids(&[("PayeeId", "/payeeId")])
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("/payeeId", glue::MemberKind::Id)],
                ),
                glue::Success::json(
                    201,
                    201,
                    "application/json",
                    &[glue::Member::new("/payeeId", glue::MemberKind::Id)],
                ),
            ],
        )
        .read_with("client.payees().read(..)", "PayeeId")
        .creates("/payeeId", &[200]);
    const ANSWERS: &'static [u16] = &[200, 201];
}
pub struct CheckPayee;
impl glue::Operation for CheckPayee {
    type Output = Payee;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "checkPayee",
            "POST",
            "/payees/check",
        )
        .intent(glue::KeyIntent::Refresh)
        .repeats(&[("/currency", "/currency", glue::Comparison::Exact)]);
}
pub struct ReadPayee;
impl glue::Operation for ReadPayee {
    type Output = Payee;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readPayee",
            "GET",
            "/payees/{payeeId}",
        )
        .echoes(&[(glue::Subject::Path("payeeId"), "/payeeId")]);
}
pub struct ChangePayee;
impl glue::Operation for ChangePayee {
    type Output = Payee;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "changePayee",
            "PUT",
            "/payees/{payeeId}",
        )
        .intent(glue::KeyIntent::Effect)
        .echoes(&[(glue::Subject::Path("payeeId"), "/payeeId")])
        .stays("payeeId", &["/iban", "/holder/name", "/kind", "/limit"])
        .ids(&[("PayeeId", "/payeeId")])
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("/payeeId", glue::MemberKind::Id)],
                ),
            ],
        )
        .find("/payees/{payeeId}", &[])
        .read_with("client.payees().read(..)", "PayeeId");
}
pub struct Pay;
impl glue::Operation for Pay {
    type Output = Payment;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "pay",
            "POST",
            "/payees/{payeeId}/payments",
        )
        .intent(glue::KeyIntent::Effect)
        .echoes(&[(glue::Subject::Path("payeeId"), "/payeeId")])
        .ids(&[("PaymentId", "/paymentId"), ("PayeeId", "/payeeId")])
        .successes(
            &[
                glue::Success::json(
                    201,
                    201,
                    "application/json",
                    &[glue::Member::new("/paymentId", glue::MemberKind::Id)],
                ),
            ],
        )
        .find("/payees/{payeeId}", &[])
        .read_with("client.payees().read_payment(..)", "PaymentId")
        .creates("/paymentId", &[]);
    const ANSWERS: &'static [u16] = &[201];
}
pub struct ClosePayee;
impl glue::Operation for ClosePayee {
    type Output = Payment;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "closePayee",
            "POST",
            "/payees/{payeeId}/closing",
        )
        .intent(glue::KeyIntent::Effect)
        .echoes(&[(glue::Subject::Path("payeeId"), "/payeeId")])
        .ids(&[("PaymentId", "/paymentId"), ("PayeeId", "/payeeId")])
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("/paymentId", glue::MemberKind::Id)],
                ),
            ],
        )
        .find("/payees/{payeeId}", &[])
        .read_with("client.payees().read_payment(..)", "PaymentId");
}
pub struct ReadPayment;
impl glue::Operation for ReadPayment {
    type Output = Payment;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readPayment",
            "GET",
            "/payments/{paymentId}",
        )
        .echoes(&[(glue::Subject::Path("paymentId"), "/paymentId")]);
}
pub struct Transfer;
impl glue::Operation for Transfer {
    type Output = Payment;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "transfer",
            "POST",
            "/transfers",
        )
        .intent(glue::KeyIntent::Effect)
        .ids(&[("PaymentId", "/paymentId"), ("PayeeId", "/payeeId")])
        .successes(
            &[
                glue::Success::json(
                    201,
                    201,
                    "application/json",
                    &[glue::Member::new("/paymentId", glue::MemberKind::Id)],
                ),
            ],
        )
        .read_with("client.payees().read_payment(..)", "PaymentId");
    const ANSWERS: &'static [u16] = &[201];
}
