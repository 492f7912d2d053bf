pub struct Readers<'c> { pub(crate) client: &'c Client, }
impl<'c> Readers<'c> {
    pub fn draft_create_order(
        self,
        reader_id: &ReaderId,
        body: &crate::models::CreateOrder,
    ) -> Result<Draft<CreateOrder>, DraftError> { Draft::new(self.client.as_ref(), &[("readerId", &reader_id)], body) }
    pub fn create_order( self, key: IdempotencyKey, note: i64, body: &Authorized<CreateOrder>, ) -> Call<CreateOrder> {
        Call::new(
            self.client,
            glue::request::<CreateOrder>(self.client)
                .query("note", &note)
                .key(key)
                .authorized(body),
        )
    }
}
pub struct CreateOrder;
impl glue::Operation for CreateOrder {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "createOrder",
            "POST",
            "/readers/{readerId}/orders",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .later(&["submitOrder"]);
    const ANSWERS: &'static [u16] = &[204];
}
impl glue::Approval for CreateOrder {
    type Evidence = Evidence;
    type Payload = crate::models::CreateOrder;
    const MEMBER: &'static str = "approval";
    const INTO: &'static str = "hash";
    const INPUTS: &'static [(&'static str, glue::Input)] = &[
        ("operation", glue::Input::OperationId),
        ("reader", glue::Input::Path("readerId")),
        ("payload", glue::Input::Body),
    ];
}
impl SubmitOrder {
    pub fn from_authorized( body: &Authorized<CreateOrder>, copies: i32, place: impl Into<String>, ) -> Self {
        Self::with_evidence(body.evidence().clone(), copies, place)
    }
    pub fn from_fresh_evidence(
        body: &Authorized<CreateOrder>,
        approval: Evidence,
        copies: i32,
        place: impl Into<String>,
    ) -> Result<Self, DraftError> { body.check(&approval)?; Ok(Self::with_evidence(approval, copies, place)) }
}
