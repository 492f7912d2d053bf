//! Answers: an answer of the server comes in, a value of its type goes out: JSON, text, bytes, or a stream. Its content must
//! never print.

#[cfg(feature = "streams")]
mod arriving;
mod charset;
mod received;

#[cfg(feature = "streams")]
pub(crate) use arriving::{Arriving, Source};
pub use received::Received;

use std::any::TypeId;

use bytes::Bytes;

use crate::error::Error;
use crate::json::{self, DecodeError, Json};

/// A type that an answer can be decoded into.
pub trait Answer: Sized + Send + 'static {
    /// Returns `true` if the body of an answer of success is read as a stream.
    #[cfg(feature = "streams")]
    fn streams(status: u16, content_type: &str) -> bool {
        let _ = (status, content_type);
        false
    }

    /// Decodes an answer.
    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError>;
}

/// The type of [`Answer::streams`].
pub(crate) type Streams = fn(u16, &str) -> bool;

/// Returns the function that tells the streams of a type from its other answers. Without the feature `streams`, no answer is one.
#[cfg_attr(not(feature = "streams"), expect(clippy::extra_unused_type_parameters))]
pub(crate) fn streams<T: Answer>() -> Streams {
    #[cfg(feature = "streams")]
    return T::streams;
    #[cfg(not(feature = "streams"))]
    return |_, _| false;
}

/// JSON. `()` accepts every answer and ignores its body.
impl<T: Json + Send + 'static> Answer for T {
    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if TypeId::of::<T>() == TypeId::of::<()>() {
            return json::from_slice(b"null");
        }
        json::from_slice_within(answer.body(), &answer.limits())
    }
}

/// An answer of bytes, unchanged. `Debug` shows their number alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Binary(pub Bytes);

impl std::fmt::Debug for Binary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Binary([{} bytes])", self.0.len())
    }
}

impl Answer for Binary {
    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        Ok(Self(answer.body().clone()))
    }
}

/// An answer of plain text, decoded by the charset of its `Content-Type`: UTF-8, in which invalid bytes are replaced, ISO-8859-1 or
/// UTF-16. Text in another charset is an error. `Debug` shows its length alone, because it may be personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text([{} bytes])", self.0.len())
    }
}

impl Answer for Text {
    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if answer.is_coded() && !answer.body().is_empty() {
            return Err(DecodeError::unexpected("plain text", "a `Content-Encoding`"));
        }
        charset::decode(answer.body(), answer.content_type()).map(Self)
    }
}

impl Error {
    /// Decodes the answer's body as the type that the contract declares for failures; `None` without an answer.
    pub fn problem_as<T: Answer>(&self) -> Option<Result<T, DecodeError>> {
        let reply = self.reply()?;
        Some(T::read(&mut Received::new(reply)))
    }
}

/// Returns the error of an answer that the contract does not name. The error keeps the body.
pub fn undeclared_answer<T>() -> Result<T, DecodeError> {
    Err(DecodeError::unexpected(
        "a status that the contract names",
        "another one",
    ))
}

#[cfg(test)]
mod tests {
    use http::header::CONTENT_ENCODING;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::call::Reply;

    fn read<T: Answer>(status: StatusCode, body: &'static str) -> Result<T, DecodeError> {
        let reply = Reply {
            status,
            headers: HeaderMap::new(),
            body: Bytes::from(body),
            limits: json::Limits::default(),
        };
        T::read(&mut Received::new(&reply))
    }

    #[test]
    fn bytes_come_as_they_are_and_never_print() {
        let read = read::<Binary>(StatusCode::OK, "DE89 3704 0044").unwrap();
        assert_eq!(read.0, "DE89 3704 0044");
        assert_eq!(format!("{read:?}"), "Binary([14 bytes])");
    }

    #[test]
    fn a_text_with_a_content_coding_is_refused() {
        for (coding, is_read) in [("gzip", false), ("Identity", true), ("", true)] {
            let reply = Reply {
                status: StatusCode::OK,
                headers: HeaderMap::from_iter([(CONTENT_ENCODING, coding.parse().unwrap())]),
                body: Bytes::from("DE89"),
                limits: json::Limits::default(),
            };
            assert_eq!(Text::read(&mut Received::new(&reply)).is_ok(), is_read, "{coding}");
        }
    }

    #[test]
    fn text_is_read_whole_and_never_prints() {
        let read = read::<Text>(StatusCode::OK, "DE89 3704 0044").unwrap();
        assert_eq!(read.0, "DE89 3704 0044");
        assert_eq!(format!("{read:?}"), "Text([14 bytes])");
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
