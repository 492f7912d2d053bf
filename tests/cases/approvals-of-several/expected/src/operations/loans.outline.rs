pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn draft( self, body: &crate::models::CreateLoan, ) -> Result<Draft<CreateLoan>, DraftError>;
    pub fn create( self, key: IdempotencyKey, body: &Authorized<CreateLoan>, ) -> Call<CreateLoan>;
    pub fn submit( self, key: IdempotencyKey, body: &crate::models::SubmitLoan, ) -> Call<SubmitLoan>;
    pub fn submit_with_text( self, key: IdempotencyKey, body: impl Into<String>, ) -> Call<SubmitLoan>;
    pub fn extend( self, key: IdempotencyKey, body: &crate::models::ExtendLoan, ) -> Call<ExtendLoan>;
    pub fn end( self, key: IdempotencyKey, body: &crate::models::EndLoan, ) -> Call<EndLoan>;
    pub fn close( self, key: IdempotencyKey, body: &crate::models::CloseLoan, ) -> Call<CloseLoan>;
    pub fn renew( self, key: IdempotencyKey, body: &crate::models::RenewLoan, ) -> Call<RenewLoan>;
}
pub struct CreateLoan;
impl glue::Operation for CreateLoan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "createLoan",
            "POST",
            "/loans",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .later(&["submitLoan", "extendLoan", "endLoan", "closeLoan", "renewLoan"]);
    const ANSWERS: &'static [u16] = &[204];
}
impl glue::Approval for CreateLoan {
    type Evidence = Evidence;
    type Payload = crate::models::CreateLoan;
    const MEMBER: &'static str = "approval";
    const INTO: &'static str = "hash";
    const INPUTS: &'static [(&'static str, glue::Input)] = &[ ("payload", glue::Input::Body), ];
}
impl crate::models::SubmitLoan {
    pub fn from_authorized(body: &Authorized<CreateLoan>) -> Self;
    pub fn from_fresh_evidence( body: &Authorized<CreateLoan>, approval: Evidence, ) -> Result<Self, DraftError>;
}
impl crate::models::ExtendLoan {
    pub fn from_authorized(body: &Authorized<CreateLoan>) -> Self;
    pub fn from_fresh_evidence( body: &Authorized<CreateLoan>, approval: MaybeEvidence, ) -> Result<Self, DraftError>;
}
impl crate::models::EndLoan {
    pub fn from_authorized(body: &Authorized<CreateLoan>) -> Self;
    pub fn from_fresh_evidence( body: &Authorized<CreateLoan>, approval: Evidence, ) -> Result<Self, DraftError>;
}
impl crate::models::CloseLoan {
    pub fn from_authorized( body: &Authorized<CreateLoan>, required: CloseLoanRequired, ) -> Self;
    pub fn from_fresh_evidence( body: &Authorized<CreateLoan>, approval: Evidence, required: CloseLoanRequired, ) -> Result<Self, DraftError>;
}
impl crate::models::RenewLoan {
    pub fn from_authorized(body: &Authorized<CreateLoan>, days: i64) -> Self;
    pub fn from_fresh_evidence( body: &Authorized<CreateLoan>, approval: MaybeEvidence, days: i64, ) -> Result<Self, DraftError>;
}
impl PairLater {
    pub fn from_authorized(body: &Authorized<CreateLoan>) -> Self;
    pub fn from_fresh_evidence( body: &Authorized<CreateLoan>, approval: Evidence, ) -> Result<Self, DraftError>;
}
pub struct SubmitLoan;
impl glue::Operation for SubmitLoan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "submitLoan",
            "POST",
            "/loans/submit",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ExtendLoan;
impl glue::Operation for ExtendLoan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "extendLoan",
            "POST",
            "/loans/extend",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct EndLoan;
impl glue::Operation for EndLoan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "endLoan",
            "POST",
            "/loans/end",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct CloseLoan;
impl glue::Operation for CloseLoan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "closeLoan",
            "POST",
            "/loans/close",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct RenewLoan;
impl glue::Operation for RenewLoan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "renewLoan",
            "POST",
            "/loans/renew",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
