//! The handwritten runtime of a generated SDK.
//!
//! Constant descriptions of one API and the arguments of a caller come in; a signed request goes out, and a typed answer or an
//! error with the outcome of the action comes back. The runtime must not know any particular API. It has two interfaces: the
//! crate root is for people and follows semver; [`glue`] is for generated code and may change whenever that is regenerated.
//!
//! | feature | on by default |
//! |---|---|
//! | `reqwest`, `tls-aws-lc` | the HTTP client, and TLS with rustls and aws-lc, which turns on `aws-lc` |
//! | `aws-lc` | hashes and signatures of aws-lc |
//!
//! | feature | off by default |
//! |---|---|
//! | `asymmetric` | keys of key pairs in memory, and public keys of deliveries; a generated crate turns it on where its contract has key pairs |
//! | `tls-none` | TLS with a cryptography provider that the program installs; turns on `rust-crypto` |
//! | `rust-crypto` | hashes and signatures in pure Rust; needed where `aws-lc` is off |
//! | `gzip`, `brotli`, `zstd` | responses in these content codings; each adds to `Accept-Encoding` |
//! | `http2` | `ReqwestTransport::with_http2`: HTTP/2 for safe methods |
//! | `tokio` | uploads from asynchronous readers |
//! | `blocking` | calls without an async runtime |
//! | `axum` | a verified webhook delivery as an argument of an axum handler |
//! | `chrono`, `jiff`, `rust-decimal` | conversions of instants, dates and decimals |

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod answer;
mod arrived;
mod offload;

#[cfg(feature = "blocking")]
pub mod blocking;
pub mod client;
pub mod clock;
pub mod description;
pub mod draft;
pub mod endpoint;
pub mod error;
mod exchange;
#[doc(hidden)]
pub mod glue;
pub mod header;
pub mod idempotency;
pub mod journal;
pub mod key_source;
mod member;
pub mod metrics;
pub mod multipart;
pub mod operation;
pub mod outcome;
pub mod paging;
pub mod parameter;
pub mod payload_hash;
pub mod poll;
pub mod problem;
pub mod refusal;
pub mod request;
pub mod retry;
pub mod rules;
pub mod scheme;
pub mod secret;
pub mod security;
pub mod server;
pub mod stream;
pub mod testing;
pub mod transport;

pub use answer::{Binary, Text};
pub use client::{Builder, ConfigError, Execution, Intent, Raw, Resend, Response};
pub use clock::{Clock, NonceSource};
pub use draft::{Authorized, Draft, DraftError};
pub use endpoint::Endpoint;
pub use error::{Error, ErrorKind};
pub use header::Header;
pub use idempotency::{IdempotencyKey, KeyError, RefreshKey};
pub use journal::{IntentError, Journal};
pub use json::{DecodeError, Extra, JsonValue, Map, Maybe, Object};
pub use key_source::{CertificateSource, JwksSource, OperationSource};
pub use multipart::Upload;
pub use outcome::Outcome;
pub use paging::{Items, LeftOut, Pages};
pub use poll::{AllItems, NotReached, Poll, PollEnd, PollPolicy, PollResult};
pub use problem::{Problem, ProblemRow, RetryClass, RowOutcome};
pub use refusal::Refusal;
pub use retry::Policy as RetryPolicy;
pub use rules::{Violation, Violations};
pub use secret::Secret;
pub use security::{Credential, Token, TokenProvider};
pub use server::{Server, ServerError};
pub use stream::{Download, Event, Events, Lines, Part, Parts};
#[cfg(feature = "reqwest")]
pub use transport::ReqwestTransport;
pub use transport::Transport;
pub use value::{Base64, Date, Decimal, Float, Integer, Money, MoneyError, Number, Timestamp};

/// The types of HTTP in this API.
pub use http;
/// The HTTP client of [`ReqwestTransport`], in the version that it needs.
#[cfg(feature = "reqwest")]
pub use reqwest;
/// The JSON codec.
pub use sdkwright_json as json;
pub use sdkwright_json::value;
/// Signing of requests, and verification of webhooks.
pub use sdkwright_signing as signing;
pub use sdkwright_signing::webhook;
