//! Words of our vocabulary that stand for one of several values: one table per type.
//!
//! The ledger, the messages that name every word, and the readers of `lower` take them from here.

use super::extension::EffectKind;
use super::operation::ParameterLocation;
use super::signing::{ClientProof, Component};
use sdkwright_description::{
    Algorithm, Filter, HttpParameter, KeyIntent, KeyState, MacEncoding, NonceFormat, RetryClass, RowOutcome,
    SecretEncoding, SignatureAlgorithm, TimestampFormat, WaitUnit,
};

/// A type of which each value has a word in the contract.
pub trait Word: Copy + 'static {
    /// All words with their values, in the order in which messages name them.
    const WORDS: &'static [(&'static str, Self)];
    /// All words.
    const NAMES: &'static [&'static str];

    /// Returns the value's word.
    fn word(self) -> &'static str;

    /// Returns the value of a word.
    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, value)| *value)
    }
}

/// Gives each value of a type its word. A value without a word does not compile.
macro_rules! words {
    ($($ty:ty { $($word:literal => [$($value:tt)+]),+ $(,)? })+) => {$(
        impl Word for $ty {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $($value)+)),+];
            const NAMES: &'static [&'static str] = &[$($word),+];

            fn word(self) -> &'static str {
                match self { $($($value)+ => $word),+ }
            }
        }
    )+};
}

words! {
    KeyState {
        "conflict" => [Self::Conflict],
        "inProgress" => [Self::InProgress],
        "used" => [Self::Used],
    }
    WaitUnit {
        "seconds" => [Self::Seconds],
        "milliseconds" => [Self::Milliseconds],
        "unix-seconds" => [Self::UnixSeconds],
        "unix-millis" => [Self::UnixMillis],
    }
    Component {
        "method" => [Self::Method],
        "target" => [Self::Target],
        "body-sha256-hex" => [Self::BodySha256Hex],
        "body-sha256-base64" => [Self::BodySha256Base64],
        "timestamp" => [Self::Timestamp],
        "nonce" => [Self::Nonce],
        "client-id" => [Self::ClientId],
        "idempotency-key" => [Self::IdempotencyKey],
    }
    ParameterLocation {
        "query" => [Self::Query],
        "querystring" => [Self::Querystring],
        "header" => [Self::Header],
        "path" => [Self::Path],
        "cookie" => [Self::Cookie],
    }
    Algorithm {
        "hmac-sha256" => [Self::HmacSha256],
        "hmac-sha512" => [Self::HmacSha512],
    }
    SignatureAlgorithm {
        "hmac-sha256" => [Self::HmacSha256],
        "hmac-sha512" => [Self::HmacSha512],
        "ed25519" => [Self::Ed25519],
        "rsa-pkcs1-sha256" => [Self::RsaPkcs1Sha256],
        "rsa-pkcs1-sha512" => [Self::RsaPkcs1Sha512],
        "rsa-pss-sha256" => [Self::RsaPssSha256],
        "rsa-pss-sha512" => [Self::RsaPssSha512],
        "ecdsa-p256-sha256" => [Self::EcdsaP256Sha256],
        "ecdsa-p384-sha384" => [Self::EcdsaP384Sha384],
        "ecdsa-p521-sha512" => [Self::EcdsaP521Sha512],
    }
    HttpParameter {
        "created" => [Self::Created],
        "expires" => [Self::Expires],
        "nonce" => [Self::Nonce],
        "alg" => [Self::Alg],
        "keyid" => [Self::Keyid],
    }
    NonceFormat {
        "text" => [Self::Text],
        "alphanumeric" => [Self::Alphanumeric],
        "uuid" => [Self::Uuid],
    }
    Filter {
        "sha256" => [Self::Sha256],
        "sha512" => [Self::Sha512],
        "crc32" => [Self::Crc32],
        "decimal" => [Self::Decimal],
        "hex" => [Self::Hex],
        "base64" => [Self::Base64],
        "base64url" => [Self::Base64Url],
    }
    MacEncoding {
        "hex" => [Self::Hex],
        "hex-any-case" => [Self::HexAnyCase],
        "base64" => [Self::Base64],
        "base64url" => [Self::Base64Url],
    }
    SecretEncoding {
        "utf8" => [Self::Utf8],
        "hex" => [Self::Hex],
        "base64" => [Self::Base64],
    }
    TimestampFormat {
        "rfc3339" => [Self::Rfc3339],
        "unix-seconds" => [Self::UnixSeconds],
        "unix-millis" => [Self::UnixMillis],
    }
    ClientProof {
        "basic" => [Self::Basic],
        "post" => [Self::Post],
        "tls" => [Self::Tls],
        "private_key_jwt" => [Self::PrivateKeyJwt],
    }
    KeyIntent {
        "effect" => [Self::Effect],
        "refresh" => [Self::Refresh],
    }
    EffectKind {
        "none" => [Self::None],
        "records" => [Self::Records],
        "can-move-money" => [Self::CanMoveMoney],
        "moves-money" => [Self::MovesMoney],
    }
    RowOutcome {
        "not-executed" => [Self::NotExecuted],
        "unknown" => [Self::Unknown],
    }
    RetryClass {
        "again" => [Self::Again],
        "resign-once" => [Self::ResignOnce],
        "after-change" => [Self::AfterChange],
        "never" => [Self::Never],
    }
}
