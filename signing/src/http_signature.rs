//! HTTP Message Signatures (RFC 9421): parts of a request come in, a signature base and both headers go out.
//!
//! A component without exactly one spelling is an error.

#[cfg(not(feature = "asymmetric"))]
mod absent;
#[cfg(feature = "asymmetric")]
mod base;
mod content;

#[cfg(not(feature = "asymmetric"))]
pub(crate) use absent::HttpSignatureBase;
#[cfg(feature = "asymmetric")]
pub use base::HttpSignatureBase;
pub use content::{HttpSignatureError, SignatureParameter};

#[cfg(test)]
mod tests;
