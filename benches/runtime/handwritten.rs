//! The client that one would write by hand for two operations: reqwest, serde, `hmac` and `sha2`, and nothing else.
//!
//! It does the same useful work: one connection pool without redirects, the signature of the contract over nonce, instant
//! and body hash, a request id, an idempotency key, a time limit, a typed answer, and an error with the problem's code
//! where the answer is none of success. What it lacks: retries, a history, rules, redaction, skew, a journal, measures.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A client of the API.
#[allow(missing_debug_implementations, reason = "it holds a secret")]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    id: String,
    secret: Vec<u8>,
}

/// The reason why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer.
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    /// The answer is not what it should be.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// No random bytes.
    #[error("no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// The answer is a failure.
    #[error("{status}: {problem:?}")]
    Problem {
        /// Its status.
        status: StatusCode,
        /// Description of the failure.
        problem: Problem,
    },
}

/// A problem document.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Its code.
    pub code: Option<String>,
    /// Description of this occurrence.
    pub detail: Option<String>,
    /// For support.
    pub request_id: Option<String>,
}

impl Client {
    /// A client with the settings of the HTTP client that the runtime has.
    pub fn new(http: reqwest::ClientBuilder, base_url: &str, client_id: &str, secret: &str) -> Result<Self, Error> {
        let http = http
            .connect_timeout(Duration::from_secs(10))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .user_agent("handwritten/1.0")
            .timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self {
            http,
            base_url: base_url.to_owned(),
            id: client_id.to_owned(),
            secret: secret.as_bytes().to_vec(),
        })
    }

    /// Reads a withdrawal.
    pub async fn withdrawal(&self, id: &str) -> Result<Withdrawal, Error> {
        let target = format!("/partner/v1/fiat-withdrawals/{id}");
        self.call(Method::GET, &target, None, None).await
    }

    /// Creates a customer.
    pub async fn create_customer(&self, key: &str, request: &CreateCustomer) -> Result<Customer, Error> {
        let body = serde_json::to_vec(request)?;
        self.call(Method::POST, "/partner/v1/customers", Some(key), Some(body))
            .await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        target: &str,
        key: Option<&str>,
        body: Option<Vec<u8>>,
    ) -> Result<T, Error> {
        let mut random = [0; 24];
        getrandom::fill(&mut random)?;
        let nonce = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random);
        let timestamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let hash = hex(&Sha256::digest(body.as_deref().unwrap_or_default()));
        let base = format!(
            "{method}\n{target}\n{hash}\n{timestamp}\n{nonce}\n{}",
            key.unwrap_or_default()
        );
        let signature = hex(&hmac(&self.secret, base.as_bytes()));
        let mut request = self
            .http
            .request(method, format!("{}{target}", self.base_url))
            .header("Accept", "application/json, application/problem+json")
            .header("X-Request-Id", request_id()?)
            .header("X-Partner-Client-Id", &self.id)
            .header("X-Partner-Timestamp", timestamp)
            .header("X-Partner-Nonce", nonce)
            .header("X-Partner-Signature", signature);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        if !status.is_success() {
            let problem = serde_json::from_slice(&body).unwrap_or_default();
            return Err(Error::Problem { status, problem });
        }
        Ok(serde_json::from_slice(&body)?)
    }
}

/// The MAC of a text.
pub fn hmac(secret: &[u8], text: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        // Unreachable: HMAC accepts keys of any length.
        return [0; 32];
    };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// A version 4 UUID.
fn request_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes);
    Ok(format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    ))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// A customer to be created.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCustomer {
    /// The partner's own reference.
    pub partner_customer_ref: String,
    /// Status of the withdrawal.
    pub customer_type: CustomerType,
    /// Its name.
    pub display_name: String,
    /// Notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
}

/// Type of a customer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CustomerType {
    /// A person.
    Individual,
    /// A corporation.
    Corporate,
}

/// A customer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Its id.
    pub customer_id: String,
    /// The partner's own reference.
    pub partner_customer_ref: String,
    /// Type of the customer.
    pub customer_type: CustomerType,
    /// Status of the customer.
    pub status: CustomerStatus,
    /// Requirements that are not fulfilled.
    pub requirements: Option<Vec<Requirement>>,
    /// Time of creation.
    pub created_at: String,
    /// Time of the last change.
    pub updated_at: String,
}

/// Status of a customer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the names say it")]
pub enum CustomerStatus {
    Draft,
    Submitted,
    Processing,
    MissingInfoRequired,
    Approved,
    Rejected,
    Suspended,
    Closed,
}

/// A requirement that is not fulfilled.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requirement {
    /// Its name.
    pub code: String,
    /// In words.
    pub description: String,
    /// A document.
    pub document_type: Option<String>,
    /// A member.
    pub field: Option<String>,
}

/// A withdrawal.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Withdrawal {
    pub withdrawal_id: String,
    pub customer_id: Option<String>,
    pub client_reference: Option<String>,
    pub quote_id: Option<String>,
    pub bank_account_id: Option<String>,
    pub status: WithdrawalStatus,
    pub status_reason: Option<String>,
    pub requirements: Option<Vec<Requirement>>,
    pub currency: String,
    pub amount: String,
    pub fee: Option<String>,
    pub estimated_receivable: Option<String>,
    pub payment_reference: Option<String>,
    pub expires_at: Option<String>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
}

/// Status of a withdrawal.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the names say it")]
pub enum WithdrawalStatus {
    Draft,
    Submitted,
    Processing,
    AdditionalInfoRequired,
    Completed,
    Failed,
    Expired,
    Returned,
}
