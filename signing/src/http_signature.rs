//! HTTP Message Signatures (RFC 9421): parts of a message come in, a signature base and both headers go out, or the other way
//! round.
//!
//! A component without exactly one spelling is an error. The algorithm of a message must be one that the caller
//! accepts and its key allows. The time of a signature is the caller's check.

#[cfg(not(feature = "asymmetric"))]
mod absent;
#[cfg(feature = "asymmetric")]
mod base;
#[cfg(feature = "asymmetric")]
mod component;
mod error;
mod parameter;
#[cfg(feature = "asymmetric")]
mod received;

#[cfg(not(feature = "asymmetric"))]
pub(crate) use absent::HttpSignatureBase;
#[cfg(feature = "asymmetric")]
pub use base::HttpSignatureBase;
pub use error::HttpSignatureError;
pub use parameter::SignatureParameter;
#[cfg(feature = "asymmetric")]
pub use received::{HttpSignatureRules, ReceivedHttpSignature};

#[cfg(test)]
mod tests;
