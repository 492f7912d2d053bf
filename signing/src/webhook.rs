//! Webhook deliveries: headers and raw bytes come in, verified deliveries or refusals go out.
//!
//! Nothing is parsed before it is verified: only a [`Delivery`] gives access to the event, and only [`Verifier::verify`]
//! creates one. Needs the webhook secret, and no other credentials.

#[cfg(feature = "axum")]
mod axum;
mod delivery;
mod rules;
mod sign;
mod verifier;
mod verify;

#[cfg(feature = "axum")]
pub use axum::Rejection;
pub use delivery::Delivery;
pub use rules::{Verified, Webhook, Webhooks};
pub use sign::{Stamp, sign};
pub use verifier::Verifier;
pub use verify::{VerifierError, VerifyError};

#[cfg(test)]
mod tests;
