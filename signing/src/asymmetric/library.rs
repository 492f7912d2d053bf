//! The library of signatures: aws-lc where the feature `aws-lc` is on, pure Rust elsewhere.

#[cfg(feature = "aws-lc")]
pub(super) use super::aws_lc::{Pair, is_valid, verifies};
#[cfg(all(feature = "asymmetric-rust-crypto", not(feature = "aws-lc")))]
pub(super) use super::rust_crypto::{Pair, is_valid, verifies};
