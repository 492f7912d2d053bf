//! Values that JSON writes as text: decimals, floats, large integers, instants, dates, bytes.
//!
//! A value that arrives keeps its text, even if the text does not match its format: an answer must never be refused for it, and
//! the text is written unchanged. Values that a program makes are checked. No decimal may pass through a binary float, and no
//! clock is read here.

mod conversions;
mod date;
mod decimal;
mod number;
mod text;
mod timestamp;

use crate::codec::Json;
use crate::read::Value;
use crate::write::Writer;
use ::base64::Engine as _;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub use crate::digits::{is_decimal, normal_number, order};
pub use crate::error::ValueError;
pub use date::{Date, rfc3339};
pub use decimal::{Decimal, DecimalForm, Money, MoneyError, is_multiple};
pub use number::{Float, Integer, Number};
pub use timestamp::Timestamp;

/// A value of type `T`, or a reference to one.
///
/// Text is not accepted, nor a conversion by `.into()`: where a call takes two ids, text would fit both, and money could go to
/// the wrong one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `{T}`: this call takes several values of that kind, which could be swapped",
    label = "expected `{T}`",
    note = "convert it: `{T}::from(..)`"
)]
pub trait Typed<T> {
    /// The value.
    fn typed(self) -> T;
}

impl<T> Typed<T> for T {
    #[inline]
    fn typed(self) -> T {
        self
    }
}

impl<T: Clone> Typed<T> for &T {
    #[inline]
    fn typed(self) -> T {
        self.clone()
    }
}

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

impl Json for Base64 {
    fn read(value: Value<'_>) -> Self {
        let read = Base64(value.string().into());
        value.check_strictly("Base64", || read.bytes().is_ok());
        read
    }

    fn write(&self, w: &mut Writer) {
        if w.is_debug() {
            return w.shown(&format_args!("Base64({} characters)", self.0.len()));
        }
        w.string(&self.0);
    }
}

crate::model!(Base64);
