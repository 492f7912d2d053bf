//! The documentation's table of outcomes, read a second time: every way an attempt can end, and what a history of them
//! says about the action. Written out code by code, so that it does not follow the registry when that is wrong.

use sdkwright_runtime::Outcome::{self, Executed, NotExecuted, Unknown};
use sdkwright_runtime::outcome::{Ending, FailureBody, OutcomeRules};

/// The ending of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// DNS, connect, TLS, or refused locally.
    NotSent,
    /// No status line.
    NoAnswer,
    /// A 2xx that broke off.
    CutOff,
    /// A whole 2xx with all promised members, whose value cannot be decoded.
    Unreadable,
    /// An answer without a problem code: a proxy's page, a redirect.
    Page(u16),
    /// A problem document with a code that no registry knows.
    Strange(u16),
    /// A code of the registry with its status, in what is no problem document of the API.
    Stray(&'static str, u16),
    /// A problem of the registry, live.
    Code(&'static str, u16),
    /// The same with the replay marker.
    Replayed(&'static str, u16),
}

/// Every code: its status, what it says live, and whether the server keeps it under the key as a business refusal.
pub(super) const CODES: &[(&str, u16, Outcome, bool)] = &[
    ("PARTNER_AUTH_FAILED", 401, NotExecuted, false),
    ("PARTNER_SIGNATURE_INVALID", 401, NotExecuted, false),
    ("PARTNER_SIGNATURE_EXPIRED", 401, NotExecuted, false),
    ("PARTNER_NONCE_REPLAYED", 401, Unknown, false),
    ("PARTNER_SCOPE_DENIED", 403, NotExecuted, false),
    ("PARTNER_PRODUCT_DISABLED", 403, NotExecuted, false),
    ("PARTNER_CUSTOMER_NOT_FOUND", 404, NotExecuted, true),
    ("PARTNER_RESOURCE_NOT_FOUND", 404, NotExecuted, true),
    ("PARTNER_RESOURCE_STATE_INVALID", 409, Unknown, true),
    ("PARTNER_IDEMPOTENCY_CONFLICT", 409, Unknown, false),
    ("PARTNER_OPERATION_NOT_APPROVED", 403, NotExecuted, true),
    ("PARTNER_QUOTE_EXPIRED", 409, NotExecuted, true),
    ("PARTNER_TRAVEL_RULE_REQUIRED", 409, NotExecuted, true),
    ("PARTNER_PROCESSING_UNAVAILABLE", 503, Unknown, false),
    ("PARTNER_REQUEST_INVALID", 400, NotExecuted, false),
    ("PARTNER_REFERENCE_CONFLICT", 409, Unknown, true),
    ("PARTNER_IDEMPOTENCY_IN_PROGRESS", 409, Unknown, false),
    ("PARTNER_RATE_LIMITED", 429, NotExecuted, false),
];

/// The state before the attempts of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// `IdempotencyKey::new`.
    Nothing,
    /// `IdempotencyKey::used_before`.
    Unseen,
}

impl End {
    /// Every ending there is.
    pub(super) fn all() -> Vec<Self> {
        let mut all = vec![Self::NotSent, Self::NoAnswer, Self::CutOff, Self::Unreadable];
        let pages = [
            301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 408, 409, 410, 413, 422, 425, 429, 500, 502, 503, 504,
        ];
        all.extend(pages.map(Self::Page));
        all.extend([400, 404, 408, 409, 422, 500, 503].map(Self::Strange));
        all.extend(CODES.iter().map(|(code, status, ..)| Self::Code(code, *status)));
        all.extend(CODES.iter().map(|(code, status, ..)| Self::Replayed(code, *status)));
        all.extend(CODES.iter().map(|(code, status, ..)| Self::Stray(code, *status)));
        // The server's problem document with the status of a proxy.
        all.extend([
            Self::Code("PARTNER_QUOTE_EXPIRED", 502),
            Self::Code("PARTNER_PROCESSING_UNAVAILABLE", 500),
        ]);
        all
    }

    /// The runtime's view of it.
    pub(super) fn ending(self, rules: &OutcomeRules) -> Ending {
        match self {
            Self::NotSent => Ending::NotSent,
            Self::NoAnswer => Ending::NoAnswer,
            Self::CutOff => Ending::CutOff,
            Self::Unreadable => rules.ending(200, FailureBody::Nothing, false),
            Self::Page(status) => rules.ending(status, FailureBody::Nothing, false),
            Self::Strange(status) => rules.ending(status, FailureBody::Declared(Some("PARTNER_SOMETHING_NEW")), false),
            Self::Stray(code, status) => rules.ending(status, FailureBody::Stray(code), false),
            Self::Code(code, status) => rules.ending(status, FailureBody::Declared(Some(code)), false),
            Self::Replayed(code, status) => rules.ending(status, FailureBody::Declared(Some(code)), true),
        }
    }

    /// Returns the outcome by this attempt alone; `creates` if the operation creates a resource.
    pub(super) fn counts(self, creates: bool) -> Outcome {
        match self {
            Self::Code("PARTNER_RESOURCE_STATE_INVALID", _) if creates => NotExecuted,
            Self::NotSent => NotExecuted,
            Self::Unreadable => Executed,
            Self::NoAnswer | Self::CutOff | Self::Page(_) | Self::Stray(..) | Self::Strange(_) => Unknown,
            Self::Code(code, status) | Self::Replayed(code, status) => {
                let (_, own, outcome, _) = row(code);
                if *own != status && status >= 500 {
                    Unknown
                } else {
                    *outcome
                }
            }
        }
    }

    fn is_success(self) -> bool {
        matches!(self, Self::CutOff | Self::Unreadable)
    }
}

fn row(code: &str) -> &'static (&'static str, u16, Outcome, bool) {
    CODES.iter().find(|(known, ..)| *known == code).unwrap()
}

/// Returns the outcome of a whole history. `resumed` is the index at which `resend` continued, if it did.
pub(super) fn expected(before: Before, resumed: bool, safe: bool, creates: bool, ends: &[End]) -> Outcome {
    if safe {
        return NotExecuted;
    }
    // The last replayed refusal that settles the key proves that no attempt up to it was executed.
    let settles = |at: &usize| match ends[*at] {
        End::Replayed(code, _) => {
            let earlier = &ends[..*at];
            let live = |end: &&End| matches!(end, End::Code(other, _) | End::Stray(other, _) if *other == code);
            // A code whose row allows that the action was executed never settles the key.
            let refuses = row(code).3 && row(code).2 == NotExecuted;
            refuses
                && before == Before::Nothing
                && !earlier.iter().any(|end| end.is_success())
                && !earlier.iter().any(|end| live(&end))
        }
        _ => false,
    };
    let settled = (0..ends.len()).rev().find(settles);
    let start = match (settled, before) {
        (None, Before::Unseen) => Unknown,
        (None, Before::Nothing) if resumed => Unknown,
        _ => NotExecuted,
    };
    let open = settled.map_or(ends, |at| &ends[at + 1..]);
    open.iter().map(|end| end.counts(creates)).fold(start, Outcome::max)
}
