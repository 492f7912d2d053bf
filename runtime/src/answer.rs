//! Responses: a response of the server comes in, a value of its type goes out: JSON, text, bytes, or a stream. Its content must
//! never print.
//!
//! Text in an unknown charset is an error, because another charset would change the text.

mod arriving;

use crate::arrived::Reply;
use crate::error::Error;
use crate::exchange::ValueType;
use crate::header::{Header, media_parameter};
use crate::json::{self, DecodeError, Json, Limits};
pub(crate) use arriving::{Arriving, Remains, Reopening, ResumePoint, StreamClient, StreamSource, Timer};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::any::TypeId;

/// A type that a response can be decoded into.
pub trait Answer: Sized + Send + 'static {
    /// Returns `true` if the body of a response of success is read as a stream.
    fn streams(status: u16, content_type: &str) -> bool {
        let _ = (status, content_type);
        false
    }

    /// Decodes a response.
    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError>;
}

/// Returns the type of a call's value.
pub(crate) fn value_type<T: Answer>() -> ValueType {
    ValueType {
        id: TypeId::of::<T>(),
        streams: T::streams,
        decode: |reply| T::from_received(&mut Received::new(reply)).map(drop),
    }
}

/// JSON. `()` accepts every response and ignores its body.
impl<T: Json + Send + 'static> Answer for T {
    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if TypeId::of::<T>() == TypeId::of::<()>() {
            return json::from_slice(b"null");
        }
        json::from_slice_within(answer.body(), &answer.limits())
    }
}

/// A response of bytes, unchanged. `Debug` shows their number alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Binary(pub Bytes);

impl std::fmt::Debug for Binary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Binary([{} bytes])", self.0.len())
    }
}

impl Answer for Binary {
    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        Ok(Self(answer.body().clone()))
    }
}

/// A response of plain text, decoded by the charset of its `Content-Type`: UTF-8, in which invalid bytes are replaced,
/// ISO-8859-1 or UTF-16. Text in another charset is an error. `Debug` shows its length alone, because it may be personal
/// data.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text([{} bytes])", self.0.len())
    }
}

impl Answer for Text {
    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if answer.is_coded() && !answer.body().is_empty() {
            return Err(DecodeError::unexpected("plain text", "a `Content-Encoding`"));
        }
        decode(answer.body(), answer.content_type()).map(Self)
    }
}

impl Error {
    /// Decodes the response's body as the type that the contract declares for failures; `None` without a response.
    pub fn problem_as<T: Answer>(&self) -> Option<Result<T, DecodeError>> {
        let reply = self.reply()?;
        Some(T::from_received(&mut Received::new(reply)))
    }
}

/// A response for decoding: a complete body, or one that is still arriving.
pub struct Received<'r> {
    reply: &'r Reply,
    arriving: Option<Arriving>,
}

/// Bodies never print.
impl std::fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Received")
            .field("status", &self.reply.status)
            .finish_non_exhaustive()
    }
}

impl<'r> Received<'r> {
    /// Wraps a complete response.
    pub(crate) fn new(reply: &'r Reply) -> Self {
        Self { reply, arriving: None }
    }

    /// Wraps a response whose body is still arriving.
    pub(crate) fn arriving(reply: &'r Reply, arriving: Arriving) -> Self {
        Self {
            reply,
            arriving: Some(arriving),
        }
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.reply.status.as_u16()
    }

    /// Returns the media type of the body; empty without a `Content-Type`.
    pub fn content_type(&self) -> &str {
        self.reply.content_type()
    }

    /// Returns `true` if the response has this media type, with its parameters apart from the charset.
    pub fn is_media(&self, declared: &str) -> bool {
        let parts = |media: &str| -> Vec<String> {
            let parts = media.split(';').map(|part| part.trim().to_ascii_lowercase());
            parts.filter(|part| !part.is_empty()).collect()
        };
        let own = parts(self.content_type());
        let mut wanted = parts(declared).into_iter();
        wanted.all(|part| part.starts_with("charset=") || own.contains(&part))
    }

    fn is_coded(&self) -> bool {
        self.reply.is_coded()
    }

    /// Returns the limits for decoding the body.
    pub fn limits(&self) -> Limits {
        self.reply.limits
    }

    /// Returns the received part of the body.
    pub fn body(&self) -> &Bytes {
        &self.reply.body
    }

    /// Returns the arriving body, or a complete one in the same form.
    pub(crate) fn arrive(&mut self) -> Arriving {
        self.arriving
            .take()
            .unwrap_or_else(|| Arriving::whole(self.reply.clone()))
    }
}

/// A decoded value with the properties of its response.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded value. Of a page it has the list as the contract names it: `page.value.data`, say.
    pub value: T,
    /// The status: a 2xx, or another one that the contract declares as success.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// Request ids of all attempts, those of the server included, oldest first.
    pub request_ids: Vec<String>,
    /// Number of requests sent, including those of a call that this one resumed.
    pub attempts: usize,
    /// `true` if the server marked this as its stored response to an earlier request under the key.
    pub replayed: bool,
    /// The body as it arrived; empty for a stream.
    pub body: Bytes,
}

/// Headers and raw body never print: the value prints with its sensitive members redacted. Raw bytes print only their number.
impl<T: std::fmt::Debug + 'static> std::fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Response");
        match (&self.value as &dyn std::any::Any).downcast_ref::<Bytes>() {
            Some(bytes) => shown.field("value", &format_args!("[{} bytes]", bytes.len())),
            None => shown.field("value", &self.value),
        };
        shown
            .field("status", &self.status)
            .field("request_ids", &self.request_ids)
            .field("attempts", &self.attempts)
            .field("replayed", &self.replayed)
            .finish_non_exhaustive()
    }
}

impl<T> Response<T> {
    /// Returns a header that the contract names, parsed as the contract says; `None` if it is absent.
    #[allow(clippy::needless_pass_by_value, reason = "it is said in place")]
    pub fn header<H: Json>(&self, header: Header<H>) -> Result<Option<H>, DecodeError> {
        header.parse(&self.headers)
    }

    /// Replaces the value and keeps the rest.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
            request_ids: self.request_ids,
            attempts: self.attempts,
            replayed: self.replayed,
            body: self.body,
        }
    }
}

/// Returns the error of a response that the contract does not name. The error keeps the body.
pub fn undeclared_answer<T>() -> Result<T, DecodeError> {
    Err(DecodeError::unexpected(
        "a status that the contract names",
        "another one",
    ))
}

/// Charsets that are refused by their name; the name of any other is text of the server, which no error may show.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "Big5", "EUC-JP", "EUC-KR", "GB18030", "GBK", "ISO-2022-JP", "ISO-8859-15", "ISO-8859-2", "KOI8-R", "Shift_JIS", "UTF-32",
    "windows-1250", "windows-1251", "windows-1252",
];

/// Decodes a text: UTF-8, which is the default, ISO-8859-1 or UTF-16. Bytes that are invalid in the charset are an error.
fn decode(bytes: &[u8], content_type: &str) -> Result<String, DecodeError> {
    let label = media_parameter(content_type, "charset")
        .unwrap_or("utf-8")
        .to_ascii_lowercase();
    match label.as_str() {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => std::str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|_| DecodeError::unexpected("text in the charset UTF-8", "bytes that are invalid in it")),
        // Its bytes are the first 256 code points.
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" => Ok(bytes.iter().copied().map(char::from).collect()),
        "utf-16" | "utf-16be" | "utf-16le" => utf16(bytes, &label)
            .ok_or_else(|| DecodeError::unexpected("text in the charset UTF-16", "bytes that are invalid in it")),
        _ => {
            let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(&label));
            let found = known.copied().unwrap_or("a charset that is not supported");
            Err(DecodeError::unexpected("text in UTF-8, UTF-16 or ISO-8859-1", found))
        }
    }
}

/// Decodes UTF-16: in the order that its mark or its name says, else the high byte first (RFC 2781).
fn utf16(bytes: &[u8], label: &str) -> Option<String> {
    let (bytes, low_first) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        _ => (bytes, label.ends_with("le")),
    };
    let pairs = bytes.chunks(2).map(|pair| match pair {
        [first, second] if low_first => Some(u16::from_le_bytes([*first, *second])),
        [first, second] => Some(u16::from_be_bytes([*first, *second])),
        _ => None,
    });
    String::from_utf16(&pairs.collect::<Option<Vec<u16>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::CONTENT_ENCODING;

    fn read<T: Answer>(status: StatusCode, body: &'static str) -> Result<T, DecodeError> {
        let reply = Reply {
            status,
            headers: HeaderMap::new(),
            body: Bytes::from(body),
            limits: json::Limits::default(),
        };
        T::from_received(&mut Received::new(&reply))
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
            assert_eq!(
                Text::from_received(&mut Received::new(&reply)).is_ok(),
                is_read,
                "{coding}"
            );
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

    #[test]
    fn a_text_is_decoded_by_its_charset_or_refused_with_the_name_of_it() {
        for (content_type, bytes) in [
            ("text/plain", "Grüße".as_bytes()),
            ("text/plain; charset=\"UTF-8\"", "Grüße".as_bytes()),
            ("text/plain; a=b; charset=ISO-8859-1", b"Gr\xfc\xdfe"),
            ("text/plain;charset=utf-16", b"\0G\0r\0\xfc\0\xdf\0e"),
            ("text/plain;charset=utf-16", b"\xff\xfeG\0r\0\xfc\0\xdf\0e\0"),
            ("text/plain;charset=UTF-16LE", b"G\0r\0\xfc\0\xdf\0e\0"),
        ] {
            assert_eq!(decode(bytes, content_type).as_deref(), Ok("Grüße"), "{content_type}");
        }
        for (content_type, bytes, named) in [
            ("text/plain;charset=shift_jis", &b"x"[..], "Shift_JIS"),
            ("text/plain;charset=sentinel9f2", b"x", "not supported"),
            ("text/plain;charset=utf-16", b"\0Gx", "UTF-16"),
            ("text/plain", b"Gr\xfc\xdfe", "UTF-8"),
        ] {
            let error = decode(bytes, content_type).unwrap_err().to_string();
            assert!(error.contains(named) && !error.contains("sentinel9f2"), "{error}");
        }
    }
}
