//! Webhook deliveries.

use crate::sample::models::*;
use sdkwright_runtime::glue;

/// The webhooks of the Bookshop API.
#[derive(Debug, Clone, Copy)]
pub enum BookshopWebhooks {}

impl glue::Webhook for BookshopWebhooks {
    type Event = WebhookEvent;
    const WEBHOOKS: &'static glue::Webhooks = &glue::Webhooks {
        encoding: glue::MacEncoding::Hex,
        secret: glue::SecretEncoding::Utf8,
        separator: "\n",
        components: &[
            glue::Component::Timestamp,
            glue::Component::Nonce,
            glue::Component::Body(glue::BodyEncoding::Hex),
        ],
        signature_header: "Hook-Signature",
        timestamp_header: "Hook-Time",
        nonce_header: Some("Hook-Nonce"),
        timestamp: glue::TimestampFormat::Rfc3339,
        freshness: 300,
        id: "/eventId",
        event_type: "/eventType",
        environment: Some("BOOKSHOP_WEBHOOK_SECRET"),
    };
}

/// Checks deliveries of the Bookshop API.
pub type WebhookVerifier = sdkwright_runtime::webhook::Verifier<BookshopWebhooks>;

/// A verified delivery of the Bookshop API.
pub type Delivery = sdkwright_runtime::webhook::Delivery<BookshopWebhooks>;
