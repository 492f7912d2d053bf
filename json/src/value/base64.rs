//! Bytes that JSON carries as Base64 text (RFC 4648, section 4): text or bytes come in, the other one goes out. Text that
//! arrived must never change.

use super::error::ValueError;
use crate::bridge::serde_bridge;
use crate::codec::{Json, debug};
use crate::read::Value;
use crate::write::Writer;
use ::base64::Engine as _;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::fmt;

/// Writes padding, and reads with or without it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &::base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes, kept as Base64 text as in JSON. `Debug` shows their number alone.
///
/// Text of an answer that is not Base64 is kept, and [`Base64::bytes`] then fails.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Base64(Box<str>);

impl Base64 {
    /// Encodes bytes.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Base64(ENGINE.encode(bytes).into())
    }

    /// Decodes the bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, ValueError> {
        ENGINE.decode(self.0.as_bytes()).map_err(|_| ValueError::new("Base64"))
    }

    /// Returns the text unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Base64::new(bytes)
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Base64::new(bytes)
    }
}

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self, f)
    }
}

impl Json for Base64 {
    fn read(value: Value<'_>) -> Self {
        Base64(value.string().into())
    }

    fn write(&self, w: &mut Writer) {
        if w.is_debug() {
            return w.shown(&format_args!("Base64({} characters)", self.0.len()));
        }
        w.string(&self.0);
    }
}

serde_bridge!([] Base64);
