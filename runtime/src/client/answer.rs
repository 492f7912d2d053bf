//! What an answer is read as.

use std::any::TypeId;

use bytes::Bytes;

use crate::json::{self, DecodeError, Json};
use crate::stream::Received;

/// A type that an answer can be read as.
pub trait Answer: Sized + Send + 'static {
    /// Is the body of an answer of success read as it comes?
    fn streams(status: u16, content_type: &str) -> bool {
        let _ = (status, content_type);
        false
    }

    /// Reads an answer.
    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError>;
}

/// JSON. `()` is every answer whose body does not matter, even none.
impl<T: Json + Send + 'static> Answer for T {
    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if TypeId::of::<T>() == TypeId::of::<()>() {
            return json::from_slice(b"null");
        }
        json::from_slice_within(answer.body(), &answer.limits())
    }
}

/// Bytes as they are.
impl Answer for Bytes {
    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        Ok(answer.body().clone())
    }
}

/// An answer of plain text; what is not UTF-8 is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl Answer for Text {
    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        Ok(Self(String::from_utf8_lossy(answer.body()).into_owned()))
    }
}

/// An answer that the contract does not name: an error, which keeps the body.
pub fn unnamed<T>() -> Result<T, DecodeError> {
    Err(DecodeError::another_status())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::client::Reply;

    fn read<T: Answer>(status: StatusCode, body: &'static str) -> Result<T, DecodeError> {
        let reply = Reply {
            status,
            headers: HeaderMap::new(),
            body: Bytes::from(body),
            limits: json::Limits::default(),
        };
        T::read(&mut Received::new(&reply, None))
    }

    #[test]
    fn nothing_reads_every_body() {
        for body in ["", "OK", "{}", "{"] {
            assert!(read::<()>(StatusCode::NO_CONTENT, body).is_ok());
        }
        assert!(read::<bool>(StatusCode::OK, "").is_err());
        assert_eq!(read::<bool>(StatusCode::OK, "true"), Ok(true));
    }
}
