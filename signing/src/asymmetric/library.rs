//! The libraries of key pairs: aws-lc where the feature `aws-lc` is on, pure Rust elsewhere; none without the feature `asymmetric`.

#[cfg(not(feature = "asymmetric"))]
pub(crate) use super::absent::*;
#[cfg(all(feature = "asymmetric", feature = "aws-lc"))]
pub(super) use super::aws_lc::{Pair, is_valid, verifies};
#[cfg(feature = "asymmetric")]
pub(crate) use super::der::*;
#[cfg(all(feature = "asymmetric-rust-crypto", not(feature = "aws-lc")))]
pub(super) use super::rust_crypto::{Pair, is_valid, verifies};
