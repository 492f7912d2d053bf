//! Names and values as queries, forms and cookies have them. In: text of the wire. Out: its pairs. Never: what they mean.

use crate::encode::percent_decode;

/// A name and a value, encoded as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EncodedPair<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
}

impl<'a> EncodedPair<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        Self { name, value }
    }

    /// Returns the pairs of a query or a form.
    pub(crate) fn of_query(query: &'a str) -> impl Iterator<Item = Self> {
        query.split('&').filter(|pair| !pair.is_empty()).map(Self::new)
    }

    /// Returns the pairs of a `Cookie` header.
    pub(crate) fn of_cookies(header: &'a str) -> impl Iterator<Item = Self> {
        header
            .split(';')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
            .map(Self::new)
    }
}

/// The encoding of texts on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// Percent-encoding, and `+` for a space.
    Form,
    Percent,
    /// None, as in headers and in the parts of a body.
    Plain,
}

impl Escapes {
    pub(crate) fn decode(self, text: &str) -> String {
        let decoded = match self {
            Self::Plain => None,
            Self::Form => percent_decode(text, true),
            Self::Percent => percent_decode(text, false),
        };
        decoded.unwrap_or_else(|| text.to_owned())
    }
}
