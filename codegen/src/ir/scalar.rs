//! What a string or number stands for.

/// What a scalar stands for on the wire and in Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarFormat {
    /// `true` or `false`.
    Bool,
    /// Fits 32 bits, signed.
    I32,
    /// Fits 64 bits, signed.
    I64,
    /// Fits 64 bits, unsigned.
    U64,
    /// An integer of any size, kept as text.
    Integer,
    /// A binary floating-point number (`format: float`, `double`).
    Float,
    /// A number whose text is kept.
    Number,
    /// Text.
    Text,
    /// `format: decimal` of a string: an exact decimal. (A number keeps its text anyway.)
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
