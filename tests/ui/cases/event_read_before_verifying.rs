//! The event is read before its signature was checked.

use parcels_partner::webhooks::WebhookEvent;

/// As the extractors of web frameworks and `serde_json::from_slice` do it.
fn read<'b, T: serde::Deserialize<'b>>(_: &'b [u8]) -> Option<T> {
    None
}

pub fn receive(body: &[u8]) {
    let _: Option<WebhookEvent> = read(body);
}

fn main() {}
