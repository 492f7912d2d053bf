//! A handler takes verified deliveries, and the router has nothing to verify them with.

use axum_core::extract::FromRequest;
use parcels_partner::webhooks::WebhookDelivery;

/// A router's bound on a handler's last argument.
fn route<S, T: FromRequest<S>>(_: fn(T)) {}

struct State;

fn main() {
    route::<State, WebhookDelivery>(|_| {});
}
