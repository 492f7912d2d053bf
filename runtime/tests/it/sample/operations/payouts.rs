//! Payouts.

use crate::sample::client::{Call, Client};
use crate::sample::models::*;
use sdkwright_runtime::{Authorized, Draft, DraftError, IdempotencyKey, glue};

/// Payouts.
#[derive(Debug, Clone, Copy)]
pub struct Payouts<'c> {
    pub(crate) client: &'c Client,
}

impl Payouts<'_> {
    /// Fixes a payout, so that it can be approved: `draft.hash()` is what an approval binds.
    pub fn draft(self, shop_id: &ShopId, payload: &PayoutRequest) -> Result<Draft<CreatePayout>, DraftError> {
        Draft::new(self.client.as_ref(), &[("shopId", shop_id)], payload)
    }

    /// Creates an approved payout.
    pub fn create(self, key: IdempotencyKey, body: &Authorized<CreatePayout>) -> Call<CreatePayout> {
        Call::new(
            self.client,
            glue::request::<CreatePayout>(self.client).key(key).authorized(body),
        )
    }

    /// Submits it.
    pub fn submit(self, key: IdempotencyKey, payout_id: &str, body: &PayoutSubmission) -> Call<SubmitPayout> {
        Call::new(
            self.client,
            glue::request::<SubmitPayout>(self.client)
                .key(key)
                .path("payoutId", payout_id)
                .json(body),
        )
    }
}

/// The operation `createPayout`.
#[derive(Debug, Clone, Copy)]
pub struct CreatePayout;

impl glue::Operation for CreatePayout {
    type Output = Payout;
    const DESCRIPTION: &'static glue::Description = &glue::Description {
        id: "createPayout",
        method: "POST",
        path: "/v2/shops/{shopId}/payouts",
        security: Some(&[&[("Signature", &[])]]),
        intent: Some(glue::KeyIntent::Effect),
        accept: "application/json, application/problem+json",
        bound: &[],
        ..glue::Description::new("", "", "")
    };
    const ANSWERS: &'static [u16] = &[201];
}

impl glue::Approval for CreatePayout {
    type Evidence = PayoutApproval;
    type Payload = PayoutRequest;
    const MEMBER: &'static str = "approval";
    const INTO: &'static str = "digest";
    const INPUTS: &'static [(&'static str, glue::Input)] = &[
        ("call", glue::Input::OperationId),
        ("shop", glue::Input::Path("shopId")),
        ("what", glue::Input::Body),
    ];
}

/// The operation `submitPayout`.
#[derive(Debug, Clone, Copy)]
pub struct SubmitPayout;

impl glue::Operation for SubmitPayout {
    type Output = Payout;
    const DESCRIPTION: &'static glue::Description = &glue::Description {
        id: "submitPayout",
        method: "POST",
        path: "/v2/payouts/{payoutId}/submission",
        security: Some(&[&[("Signature", &[])]]),
        intent: Some(glue::KeyIntent::Effect),
        accept: "application/json, application/problem+json",
        bound: &[],
        ..glue::Description::new("", "", "")
    };
    const ANSWERS: &'static [u16] = &[200, 202];
}
