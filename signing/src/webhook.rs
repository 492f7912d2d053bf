//! Webhook deliveries: headers and raw bytes come in, verified deliveries or refusals go out.
//!
//! Nothing is parsed before it is verified: only a [`Delivery`] gives access to the event, and only [`Verifier::verify`]
//! creates one. Needs the webhook secret, and no other credentials.

mod cache;
mod delivery;
#[cfg(feature = "axum")]
mod extractor;
mod rules;
mod verifier;
mod verify;
mod write;

pub use cache::{FetchedKeys, KeySource, KeySourceError, KeysFuture};
pub use delivery::{Delivery, Verified, Webhook};
#[cfg(feature = "axum")]
pub use extractor::Rejection;
pub use rules::{EventId, VerifierError, VerifyError, Webhooks};
pub use verifier::{Verifier, sign};
pub use write::{DeliveryError, DeliveryKeys, Stamp, sign_delivery};

#[cfg(test)]
mod tests;
