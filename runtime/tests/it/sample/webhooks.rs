//! Webhook deliveries.

use crate::sample::models::*;
use sdkwright_runtime::glue;

/// The webhooks of the Bookshop API.
#[derive(Debug, Clone, Copy)]
pub enum BookshopWebhooks {}

impl glue::Webhook for BookshopWebhooks {
    type Event = WebhookEvent;
    type Settings = [String; 0];
    const WEBHOOKS: &'static glue::Webhooks = &glue::Webhooks {
        encoding: glue::MacEncoding::Hex,
        secret: Some(glue::SecretForm {
            algorithm: glue::Algorithm::HmacSha256,
            encoding: glue::SecretEncoding::Utf8,
            prefix: "",
        }),
        public_keys: None,
        key_header: None,
        message: &[
            glue::Piece::Value(glue::SignedValue::Timestamp, &[]),
            glue::Piece::Text("\n"),
            glue::Piece::Value(glue::SignedValue::Nonce, &[]),
            glue::Piece::Text("\n"),
            glue::Piece::Value(glue::SignedValue::Body, &[glue::Filter::Sha256, glue::Filter::Hex]),
        ],
        signature: glue::SignatureLocation::Header("Hook-Signature"),
        timestamp_at: Some(glue::ValueLocation::Header("Hook-Time")),
        nonce_at: Some(glue::ValueLocation::Header("Hook-Nonce")),
        timestamp: glue::TimestampFormat::Rfc3339,
        past: Some(300),
        future: Some(300),
        settings: &[],
        id: Some(glue::EventId::Body("/eventId")),
        event_type: Some("/eventType"),
        environment: Some("BOOKSHOP_WEBHOOK_SECRET"),
    };
}

/// Checks deliveries of the Bookshop API.
pub type WebhookVerifier = sdkwright_runtime::webhook::Verifier<BookshopWebhooks>;

/// A verified delivery of the Bookshop API.
pub type Delivery = sdkwright_runtime::webhook::Delivery<BookshopWebhooks>;
