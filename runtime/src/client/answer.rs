//! What an answer of success is read as.

use std::any::TypeId;

use bytes::Bytes;

use crate::json::{self, DecodeError, Json};

/// A type that an answer of success (2xx) can be read as.
pub trait Answer: Sized + Send + 'static {
    /// Reads the body of an answer.
    fn read(status: u16, content_type: &str, body: &Bytes) -> Result<Self, DecodeError>;
}

/// JSON. `()` is every answer whose body does not matter, even none.
impl<T: Json + Send + 'static> Answer for T {
    fn read(_: u16, _: &str, body: &Bytes) -> Result<Self, DecodeError> {
        if TypeId::of::<T>() == TypeId::of::<()>() {
            return json::from_slice(b"null");
        }
        json::from_slice(body)
    }
}

/// Bytes as they are.
impl Answer for Bytes {
    fn read(_: u16, _: &str, body: &Bytes) -> Result<Self, DecodeError> {
        Ok(body.clone())
    }
}

/// An answer of plain text; what is not UTF-8 is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl Answer for Text {
    fn read(_: u16, _: &str, body: &Bytes) -> Result<Self, DecodeError> {
        Ok(Self(String::from_utf8_lossy(body).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reads_every_body() {
        for body in ["", "OK", "{}", "{"] {
            assert!(<() as Answer>::read(204, "", &Bytes::from(body)).is_ok());
        }
        assert!(<bool as Answer>::read(200, "", &Bytes::new()).is_err());
        assert_eq!(<bool as Answer>::read(200, "", &Bytes::from("true")), Ok(true));
    }
}
