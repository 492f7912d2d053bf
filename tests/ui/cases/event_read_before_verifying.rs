//! The event is read before its signature was checked.

use parcels_partner::webhooks::WebhookEvent;

/// Takes the bound of web framework extractors and of `serde_json::from_slice`.
fn read<'b, T: serde::Deserialize<'b>>(_: &'b [u8]) -> Option<T> {
    None
}

pub fn receive(body: &[u8]) {
    let _: Option<WebhookEvent> = read(body);
}

fn main() {}
