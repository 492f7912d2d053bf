//! The schemas of payouts: a creation with an approval, and a submission that repeats it.

use crate::sample::operations::CreatePayout;
use sdkwright_runtime::{Authorized, Decimal, glue};

/// The body of `createPayout` without its approval: make a draft of it.
#[derive(Clone, PartialEq)]
pub struct PayoutRequest {
    pub amount: Decimal,
    pub to: String,
    extra: glue::Extra,
}

impl PayoutRequest {
    pub fn new(amount: Decimal, to: impl Into<String>) -> Self {
        Self {
            amount,
            to: to.into(),
            extra: glue::Extra::new(),
        }
    }
}

impl glue::Json for PayoutRequest {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            amount: v.get("amount"),
            to: v.get("to"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("PayoutRequest");
        w.put("amount", &self.amount);
        w.sensitive("to", &self.to);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for PayoutRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}

/// An approval.
#[derive(Clone, PartialEq)]
pub struct PayoutApproval {
    pub digest: String,
    pub by: String,
    extra: glue::Extra,
}

impl PayoutApproval {
    pub fn new(digest: impl Into<String>, by: impl Into<String>) -> Self {
        Self {
            digest: digest.into(),
            by: by.into(),
            extra: glue::Extra::new(),
        }
    }
}

impl glue::Json for PayoutApproval {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            digest: v.get("digest"),
            by: v.get("by"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("PayoutApproval");
        w.put("digest", &self.digest);
        w.put("by", &self.by);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for PayoutApproval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}

/// The body of `submitPayout`: it repeats the approval of the creation.
#[derive(Clone, PartialEq)]
pub struct PayoutSubmission {
    approval: PayoutApproval,
    extra: glue::Extra,
}

impl PayoutSubmission {
    /// The submission of what was approved.
    pub fn from_authorized(authorized: &Authorized<CreatePayout>) -> Self {
        Self {
            approval: authorized.evidence().clone(),
            extra: glue::Extra::new(),
        }
    }
}

impl glue::Json for PayoutSubmission {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            approval: v.get("approval"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("PayoutSubmission");
        w.put("approval", &self.approval);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for PayoutSubmission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}

/// A payout.
#[derive(Clone, PartialEq)]
pub struct Payout {
    pub payout_id: String,
    extra: glue::Extra,
}

impl glue::Json for Payout {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            payout_id: v.get("payoutId"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("Payout");
        w.put("payoutId", &self.payout_id);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for Payout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}
