//! Formats of scalars.

/// Meaning of a scalar on the wire, and so its Rust type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarFormat {
    /// `true` or `false`.
    Bool,
    /// Signed 32-bit integer.
    I32,
    /// Signed 64-bit integer.
    I64,
    /// Unsigned 64-bit integer.
    U64,
    /// An integer of any size, kept as text.
    Integer,
    /// A binary floating-point number (`format: float`, `double`).
    Float,
    /// A number whose text is kept.
    Number,
    /// Text.
    Text,
    /// `format: decimal` of a string: an exact decimal. (A JSON number keeps its text in any case.)
    Decimal,
    /// RFC 3339 instant.
    Timestamp,
    /// RFC 3339 full-date.
    Date,
    /// Base64 in a string.
    Base64,
    /// Raw bytes; only as a whole body or a multipart part.
    Binary,
}
