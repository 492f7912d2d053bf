//! The schema `ProblemCode`.

use crate::sample::api;
use sdkwright_runtime::glue;

/// The reason why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemCode {
    /// `OUT_OF_STOCK`: order another book under a new key.
    OutOfStock,
    /// `STALE`
    Stale,
    /// `KEY_TAKEN`
    KeyTaken,
    /// `CLOSED`
    Closed,
    /// A code that the contract does not name.
    Unknown(String),
}

impl glue::Enum for ProblemCode {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("OUT_OF_STOCK", Self::OutOfStock),
        ("STALE", Self::Stale),
        ("KEY_TAKEN", Self::KeyTaken),
        ("CLOSED", Self::Closed),
    ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;

    #[inline]
    fn unknown_text(&self) -> Option<&str> {
        if let Self::Unknown(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

impl ProblemCode {
    /// The code as it is on the wire.
    pub fn as_str(&self) -> &str {
        glue::enum_text(self)
    }

    /// The contract's row: status, outcome, retry class, actor, advice.
    pub fn row(&self) -> Option<&'static glue::ProblemRow> {
        glue::row(api::REGISTRY, self.as_str())
    }
}

impl From<&str> for ProblemCode {
    fn from(code: &str) -> Self {
        glue::enum_from(code)
    }
}

impl glue::ProblemCode for ProblemCode {
    fn as_str(&self) -> &str {
        glue::enum_text(self)
    }
}
