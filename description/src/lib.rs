//! What a contract states and a client obeys, as plain data.
//!
//! The generator fills these types from a contract and writes them as constants, and the runtime reads the constants.
//!
//! ```
//! use sdkwright_description::{RetryRules, RetryWait, WaitUnit};
//!
//! static RETRY: RetryRules = RetryRules {
//!     wait: Some(RetryWait { name: "Reset-In", unit: WaitUnit::Milliseconds }),
//!     ..RetryRules::NONE
//! };
//! assert!(RETRY.statuses.is_none());
//! ```
//!
//! A field of these types is the meaning of one word of a contract. Each text is a constant of the program.

mod algorithm;
mod form;
mod keys;
mod problem;
mod signature;

pub use algorithm::{Algorithm, MacEncoding, SignatureAlgorithm};
pub use form::{
    Claim, Filter, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, OAuth1Form, Piece, SignatureForm, SignedValue,
};
pub use keys::{Idempotency, KeyAnswer, KeyIntent, KeyPlace, KeyRules, KeyState, Retention};
pub use problem::{ProblemRow, RetryClass, RetryHeader, RetryRules, RetryWait, RowOutcome, WaitUnit};
pub use signature::{
    EventId, Freshness, KeyPairRules, NonceFormat, NonceRules, PlacedValue, SecretEncoding, SecretForm, SignaturePlace,
    SignatureRules, SigningSetting, TimestampFormat, ValuePlace,
};

/// First and last status.
pub type Statuses = (u16, u16);

fn is_among(all: &[Statuses], status: u16) -> bool {
    all.iter().any(|(first, last)| (*first..=*last).contains(&status))
}

/// Names of environment variables; those without a name are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct Environment {
    /// Base URL.
    pub base_url: Option<&'static str>,
    /// Client id.
    pub client_id: Option<&'static str>,
    /// Client secret.
    pub client_secret: Option<&'static str>,
    /// Secret of webhook deliveries.
    pub webhook_secret: Option<&'static str>,
}

impl Environment {
    /// No variables.
    pub const NONE: Self = Self {
        base_url: None,
        client_id: None,
        client_secret: None,
        webhook_secret: None,
    };

    /// Returns the settings of a client, in words, with their variables.
    pub fn client_settings(&self) -> Vec<(&'static str, &'static str)> {
        let all = [
            ("base URL", self.base_url),
            ("client id", self.client_id),
            ("client secret", self.client_secret),
        ];
        let named = all.into_iter().map(|(what, name)| Some((what, name?)));
        named.flatten().collect()
    }
}

/// Comparison of a sent text with the received one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum Comparison {
    /// Character by character.
    Exact,
    /// Without regard to case and blanks.
    Folded,
    /// The last characters, this many, without regard to case and blanks: the rest may be masked.
    Last(u8),
    /// As numbers: `1.50` equals `1.5`, as text or number.
    Decimal,
}
