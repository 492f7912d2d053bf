//! In: nothing but bytes from the wire. Out: one request as this server sees it. Never: a changed target or body.

use crate::encode;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A request: target and body exactly as received.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The target as on the wire.
    pub target: String,
    /// Lower-case names, in order.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first character of the target that no URI has (RFC 3986, and brackets, which many clients leave unescaped). It could be a
    /// separator of what is signed, so that one signature would fit two requests.
    pub(crate) fn stray(&self) -> Option<char> {
        let is_of_uri = |c: &char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?%[]".contains(*c);
        self.target.chars().find(|c| !is_of_uri(c))
    }

    /// Returns all values of a header, by name in any case.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self
            .headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Returns the first value of a header, by name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A response before it goes onto the wire.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// Written as base64.
    #[serde(serialize_with = "write_bytes", deserialize_with = "read_bytes")]
    pub(crate) body: Vec<u8>,
    pub(crate) code: Option<String>,
}

fn write_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    encode::base64(bytes).serialize(serializer)
}

fn read_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    encode::unbase64(&text).ok_or_else(|| D::Error::custom("it is not base64"))
}

impl Reply {
    /// Returns a response with a body of a media type.
    pub(crate) fn new(status: u16, media: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), media.to_owned())],
            body,
            code: None,
        }
    }

    /// Returns a response without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// Returns a response with a line of text.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes())
    }
}
