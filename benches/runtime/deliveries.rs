//! A webhook delivery of the contract, verified and read by the generated crate, and by hand: SHA-256, HMAC and serde alone.

use std::collections::BTreeMap;
use std::error::Error;

use hmac::{Hmac, KeyInit as _, Mac as _};
use oceafin_partner::webhooks::{WebhookEvent, WebhookVerifier};
use sdkwright_runtime::http::HeaderMap;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::fixture::SECRET;
use crate::handwritten::hex;

/// A delivery, and who verifies it.
#[derive(Debug)]
pub struct Delivered {
    verifier: WebhookVerifier,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// The event as one would write it by hand.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Event {
    pub event_id: String,
    pub event_type: String,
    pub resource: Option<Resource>,
    pub occurred_at: String,
    pub data: Option<BTreeMap<String, serde_json::Value>>,
}

/// The resource of the event.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Resource {
    pub resource_type: String,
    pub resource_id: String,
}

impl Delivered {
    /// A delivery of about so many bytes, signed now.
    pub fn new(bytes: usize) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let verifier = WebhookVerifier::new(SECRET)?;
        let mut body = br#"{"eventId":"0c6f5a1e-7b3d-4e2a-9f10-8d7c6b5a4f32","eventType":"crypto_withdrawal.created","resource":{"resourceType":"CRYPTO_WITHDRAWAL","resourceId":"8b0f6d0e-52a1-4d5c-8f6e-2f0a7c1d9e34"},"occurredAt":"2026-11-20T10:02:31Z","data":{"#.to_vec();
        let mut number = 0;
        while body.len() + 60 < bytes {
            let member = format!("\"member{number}\":\"what is told of it, in a few words\",");
            body.extend_from_slice(member.as_bytes());
            number += 1;
        }
        body.extend_from_slice(br#""last":"1.50"}}"#);
        Ok(Self {
            headers: verifier.sign(&body),
            verifier,
            body,
        })
    }

    /// By the generated crate: headers, size, signature and instant checked, and the event read.
    pub fn ours(&self) -> Result<WebhookEvent, Box<dyn Error + Send + Sync>> {
        Ok(self.verifier.verify(&self.headers, &self.body)?.event()?)
    }

    /// By hand: the MAC over three headers and the body's hash compared in constant time, and the event read.
    pub fn by_hand(&self) -> Result<Event, Box<dyn Error + Send + Sync>> {
        let header = |name| {
            self.headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .ok_or("a header is missing")
        };
        let timestamp = header("X-Oceafin-Webhook-Timestamp")?;
        let nonce = header("X-Oceafin-Webhook-Nonce")?;
        let signature = header("X-Oceafin-Webhook-Signature")?;
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
        mac.update(format!("{timestamp}\n{nonce}\n{}", hex(&Sha256::digest(&self.body))).as_bytes());
        mac.verify_slice(&unhex(signature).ok_or("no signature")?)?;
        let instant: jiff::Timestamp = timestamp.parse()?;
        if (jiff::Timestamp::now().as_second() - instant.as_second()).abs() > 300 {
            return Err("too old".into());
        }
        Ok(serde_json::from_slice(&self.body)?)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
