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
        signing: glue::SignatureRules {
            signature: glue::SignaturePlace::Header("Hook-Signature"),
            values: &[
                glue::PlacedValue {
                    value: glue::SignedValue::Timestamp,
                    place: glue::ValuePlace::Header("Hook-Time"),
                },
                glue::PlacedValue {
                    value: glue::SignedValue::Nonce,
                    place: glue::ValuePlace::Header("Hook-Nonce"),
                },
            ],
            freshness: glue::Freshness::each_way(300),
            encoding: glue::MacEncoding::Hex,
            secret: Some(glue::SecretForm {
                algorithm: glue::Algorithm::HmacSha256,
                encoding: glue::SecretEncoding::Utf8,
                prefix: "",
            }),
            message: &[
                glue::Piece::Value(glue::SignedValue::Timestamp, &[]),
                glue::Piece::Text("\n"),
                glue::Piece::Value(glue::SignedValue::Nonce, &[]),
                glue::Piece::Text("\n"),
                glue::Piece::Value(glue::SignedValue::Body, &[glue::Filter::Sha256, glue::Filter::Hex]),
            ],
            timestamp: glue::TimestampFormat::Rfc3339,
            ..glue::SignatureRules::NONE
        },
        key_header: None,
        id: Some(glue::EventId::Body("/eventId")),
        event_type: Some("/eventType"),
        environment: Some("BOOKSHOP_WEBHOOK_SECRET"),
    };
}

/// Checks deliveries of the Bookshop API.
pub type WebhookVerifier = sdkwright_runtime::webhook::Verifier<BookshopWebhooks>;

/// A verified delivery of the Bookshop API.
pub type Delivery = sdkwright_runtime::webhook::Delivery<BookshopWebhooks>;
