//! Templates of signed messages, as the contract writes them.

use super::signing::{Piece, SignedValue};
use super::word::Word as _;

/// Writes the piece as in a template of the contract.
impl std::fmt::Display for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (value, filters) = match self {
            Self::Text(text) => return f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Self::Value(value, filters) => (value, filters),
        };
        match value {
            SignedValue::Header(name) => write!(f, "{{header.{name}")?,
            SignedValue::Setting(name) => write!(f, "{{settings.{name}")?,
            SignedValue::Item(pointer) => {
                write!(f, "{{{}", crate::source::pointer(pointer))?;
            }
            plain => write!(f, "{{{}", plain.plain_word())?,
        }
        filters.iter().try_for_each(|filter| write!(f, "|{}", filter.word()))?;
        f.write_str("}")
    }
}
