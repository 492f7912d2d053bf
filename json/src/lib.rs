//! A JSON codec for programs that must give back exactly what they got: number text, order and unknown members survive.
//!
//! Bytes go in and values come out ([`from_slice`]), or the other way round ([`to_vec`]). A document is read once into a flat
//! tape; types read themselves from it and write themselves ([`Json`]). A name that occurs twice, half of a surrogate pair, and
//! documents that are too deep or too large ([`Limits`]) are refused. [`value`] has decimals, instants and the other values that
//! JSON writes as text; [`canonical`] writes the canonical form (RFC 8785).
//!
//! No number may be read through a binary float, no error may show a value, and reading never recurses deeper than
//! [`Limits::depth`]. The crate does no input or output and knows no API.
//!
//! ```
//! use sdkwright_json::{JsonValue, from_slice, to_vec};
//!
//! let text = br#"{"amount":1.10,"id":12345678901234567890123}"#;
//! let value: JsonValue = from_slice(text)?;
//! assert_eq!(to_vec(&value)?, text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bridge;
mod buffer;
mod canonical;
mod containers;
mod debug;
mod document;
mod error;
mod escape;
mod extra;
mod index;
mod lexis;
mod map;
mod maybe;
mod pool;
mod quick;
mod read;
mod scalars;
mod scan;
mod shape;
mod tables;
mod tape;
pub mod value;
mod write;

pub use bridge::{deserialize, serialize};
pub use canonical::{NotCanonical, canonical};
pub use debug::debug;
pub use document::{JsonValue, Object};
pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use extra::Extra;
pub use map::Map;
pub use maybe::Maybe;
pub use quick::plain_text;
pub use read::{Items, Value};
pub use shape::{ARRAY, BOOL, INTEGER, Kind, NULL, NUMBER, OBJECT, STRING, Shape};
pub use tables::{Enum, IntEnum, enum_from, enum_int, enum_text, read_int_enum, write_int_enum};
pub use tape::push_segment;
pub use write::Writer;

pub(crate) use bridge::serde_bridge;

/// Returns `true` for the text of a JSON number (RFC 8259, section 6).
pub(crate) fn is_number(text: &str) -> bool {
    lexis::number(text.as_bytes(), 0).is_ok_and(|(end, _)| end == text.len())
}

/// A type that reads itself from a tape and writes itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON form here",
    note = "name a model of the contract, or `JsonValue`, which holds anything"
)]
pub trait Json: Sized {
    /// Reads a value. It cannot fail: an error is noted on the tape, and the result is then a placeholder that never leaves the
    /// decoder.
    fn read(value: Value<'_>) -> Self;

    /// Writes a value, as JSON or, for `Debug`, as Rust would show it.
    fn write(&self, w: &mut Writer);

    /// Reads an absent member: an error and a placeholder, except for types with a value for absence.
    #[inline]
    fn absent(value: Value<'_>) -> Self {
        value.placeholder()
    }

    /// Reads itself from the member of this name.
    #[doc(hidden)]
    #[inline]
    fn read_member(object: Value<'_>, name: &'static str) -> Self {
        match object.take(name) {
            Some(value) => Self::read(value),
            None => Self::absent(object.without(name)),
        }
    }

    /// Writes itself as the member of this name, unless it is left out.
    #[doc(hidden)]
    #[inline]
    fn write_member(&self, name: &'static str, w: &mut Writer) {
        if !self.is_absent() {
            self.write_present(name, w);
        }
    }

    /// Writes itself as the member of this name.
    // Once for each type, not at each member: a program that uses models compiles them again.
    #[doc(hidden)]
    #[inline(never)]
    fn write_present(&self, name: &'static str, w: &mut Writer) {
        w.member(name);
        self.write(w);
    }

    /// Returns `true` if a member with this value is left out.
    #[inline]
    fn is_absent(&self) -> bool {
        false
    }
}

/// Limits on the size and depth of a document, and on the memory for decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest depth of nested objects and arrays.
    pub depth: usize,
    /// Largest number of bytes in a document. Documents of 4 GiB or more are always refused.
    pub bytes: usize,
    /// Largest number of bytes of memory for decoding; at least three for each byte of the document. Each value takes 28 bytes,
    /// each object 32, plus the lists, maps and models made of them. Texts are not counted, and are copied at most once.
    pub memory: usize,
}

impl Limits {
    /// Limits for documents that this process has written, or has already read within limits.
    pub const NONE: Self = Limits {
        depth: usize::MAX,
        bytes: usize::MAX,
        memory: usize::MAX,
    };

    /// Limits for documents that the caller wrote in this process.
    pub const OWN: Self = Limits {
        depth: Self::DEFAULT.depth,
        ..Self::NONE
    };

    /// Default limits: 128 levels, 64 MiB, 8 MiB of memory.
    pub const DEFAULT: Self = Limits {
        depth: 128,
        bytes: 64 << 20,
        memory: 8 << 20,
    };

    /// Returns the memory for decoding `bytes` bytes of which `copies` copies exist already.
    fn memory_besides(&self, bytes: usize, copies: usize) -> usize {
        self.memory.max(bytes.saturating_mul(3_usize.saturating_sub(copies)))
    }
}

impl Default for Limits {
    /// Returns limits of 128 levels, 64 MiB and 8 MiB of memory.
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Decodes a whole document.
#[inline]
pub fn from_slice<T: Json>(bytes: &[u8]) -> Result<T, DecodeError> {
    from_slice_within(bytes, &Limits::default())
}

/// Decodes a whole document within given limits.
pub fn from_slice_within<T: Json>(bytes: &[u8], limits: &Limits) -> Result<T, DecodeError> {
    from_copy(bytes, limits, 0)
}

/// Decodes a document of which `copies` copies exist besides the original; they count as used memory.
pub fn from_copy<T: Json>(bytes: &[u8], limits: &Limits, copies: usize) -> Result<T, DecodeError> {
    let tape = tape_of(bytes, limits, copies)?;
    tape.finish(T::read(tape.root()))
}

/// Passes a whole document to a function; `None` if it cannot be read.
pub fn look<T>(bytes: &[u8], limits: &Limits, copies: usize, look: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    let tape = tape_of(bytes, limits, copies).ok()?;
    Some(look(tape.root()))
}

fn tape_of<'s>(bytes: &'s [u8], limits: &Limits, copies: usize) -> Result<tape::Tape<'s>, DecodeError> {
    // A byte order mark is not part of the text, and may be ignored (RFC 8259, section 8.1).
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    scan::scan_with(bytes, limits, limits.memory_besides(bytes.len(), copies))
}

/// Returns the text at a JSON Pointer; `None` if there is no text, or if the document cannot be read.
pub fn text(bytes: &[u8], limits: &Limits, copies: usize, pointer: &str) -> Option<String> {
    let text = |root: Value<'_>| root.at(pointer)?.as_str().map(str::to_owned);
    look(bytes, limits, copies, text).flatten()
}

/// Encodes a value as a JSON document without white space. Fails for a float that is not finite.
pub fn to_vec<T: Json>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::new();
    value.write(&mut writer);
    writer.finish()
}
