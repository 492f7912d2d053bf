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

#![cfg_attr(docsrs, feature(doc_cfg))]

mod choice;
mod codec;
mod digits;
mod document;
mod error;
mod extra;
#[doc(hidden)]
pub mod implement;
mod lexis;
mod map;
mod memory;
mod read;
mod scan;
mod std_types;
mod tape;
pub mod value;
mod write;

pub use choice::{Enum, IntEnum, Shape, enum_from, enum_int, enum_text, read_int_enum, write_int_enum};
pub use codec::{
    Json, debug, from_copy, from_copy_with_cost, from_part, from_slice, from_slice_strict, from_slice_within, inspect,
    scalar, text, to_request, to_vec,
};
pub use document::{JsonValue, NotCanonical, Object, canonical};
pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use extra::Extra;
pub use implement::{deserialize, serialize};
pub use lexis::plain_text;
pub use map::Map;
pub use memory::Limits;
pub use read::{ARRAY, BOOL, INTEGER, Items, Kind, NULL, NUMBER, OBJECT, STRING, Value};
pub use std_types::Maybe;
pub use tape::push_segment;
pub use write::Writer;
