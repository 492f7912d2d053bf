//! A handler takes the event itself, and with it whatever anybody posts.

use axum_core::extract::FromRequest;
use parcels_partner::webhooks::{WebhookEvent, WebhookVerifier};

/// A router's bound on a handler's last argument.
fn route<S, T: FromRequest<S>>(_: fn(T)) {}

fn main() {
    route::<WebhookVerifier, WebhookEvent>(|_| {});
}
