//! HTTP Message Signatures (RFC 9421): parts of a message come in, a signature base and both headers go out, or the other way
//! round.
//!
//! A component without exactly one spelling is an error. The algorithm of a message must be one that the caller
//! accepts and its key allows. The time of a signature is the caller's check.

mod base;
mod component;
mod error;
mod received;

pub use base::{HttpSignatureBase, SignatureParameter};
pub use error::HttpSignatureError;
pub use received::{HttpSignatureRules, ReceivedHttpSignature};

#[cfg(test)]
mod tests;
