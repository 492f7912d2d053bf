//! Conversions to and from the types of other crates, one feature each: a value goes out unchanged, or as an error.
//!
//! Nothing may be rounded or cut off here. Values that a type cannot hold (more digits, a leap second, a year) are refused.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "rust-decimal")]
mod rust_decimal;

#[cfg(any(feature = "chrono", feature = "jiff"))]
impl super::timestamp::Timestamp {
    /// Seconds and nanoseconds since 1970, if they are all that the text says: no leap second, nothing below a nanosecond.
    fn exact_unix(&self) -> Option<(i64, u32)> {
        let text = self.as_str().as_bytes();
        let mut fraction = text.get(19..)?.iter().skip(1).take_while(|byte| byte.is_ascii_digit());
        let has_more = text[19] == b'.' && fraction.by_ref().skip(9).any(|digit| *digit != b'0');
        let is_leap = text.get(17..19) == Some(b"60");
        self.unix().filter(|_| !has_more && !is_leap)
    }
}
