//! The parts of a request that the standards of signatures cover, and how all of them write a header, an authority and a
//! percent-encoding.

use crate::secret::digit;
use http::HeaderMap;

/// The parts of one request as they are on the wire.
#[derive(Debug, Clone, Copy)]
pub struct RequestParts<'r> {
    /// The HTTP method in upper case.
    pub method: &'r str,
    /// `http` or `https`.
    pub scheme: &'r str,
    /// Host, and port if it is not the scheme's.
    pub authority: &'r str,
    /// Path and query.
    pub target: &'r str,
    /// The headers.
    pub headers: &'r HeaderMap,
}

impl<'r> RequestParts<'r> {
    /// Returns the path, which is never empty.
    pub(crate) fn path(&self) -> &'r str {
        let path = self.target.split_once('?').map_or(self.target, |(path, _)| path);
        if path.is_empty() { "/" } else { path }
    }

    /// Returns the query without `?`.
    pub(crate) fn query(&self) -> Option<&'r str> {
        Some(self.target.split_once('?')?.1)
    }

    /// Returns the authority in lower case, without the port of the scheme.
    pub(crate) fn normal_authority(&self) -> String {
        let authority = self.authority.to_ascii_lowercase();
        let port = if self.scheme.eq_ignore_ascii_case("http") {
            ":80"
        } else {
            ":443"
        };
        match authority.strip_suffix(port) {
            Some(host) => host.to_owned(),
            None => authority,
        }
    }

    /// Returns scheme and authority in lower case, without the port of the scheme.
    pub(crate) fn normal_origin(&self) -> String {
        format!("{}://{}", self.scheme.to_ascii_lowercase(), self.normal_authority())
    }
}

/// Returns the value of a header: its lines without white space around them, joined with a comma and a blank. `None` if the
/// header is absent or not ASCII.
pub(crate) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut lines = Vec::new();
    for line in headers.get_all(name) {
        lines.push(line.to_str().ok()?.trim_matches([' ', '\t']));
    }
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// Returns the single value of a header; `None` for none or several.
pub(crate) fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Characters that RFC 3986 reserves for nothing, besides letters and digits.
pub(crate) const UNRESERVED: &[u8] = b"-._~";

/// Percent-encodes all bytes but letters, digits and some others.
pub(crate) fn percent_encode(bytes: &[u8], others: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || others.contains(byte) {
            text.push(char::from(*byte));
        } else {
            let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
            text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    text
}

/// Splits a query or a form (`application/x-www-form-urlencoded`) into decoded names and values.
pub(crate) fn form(text: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let decoded = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form_decode(name), form_decode(value))
    };
    pairs.map(decoded).collect()
}

/// Decodes a percent-encoded text; `None` if it is not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    String::from_utf8(form_decode(&text.replace('+', "%2B"))).ok()
}

/// Returns `true` for a parameter of the query with this name.
pub fn is_named(pair: &str, name: &str) -> bool {
    percent_decode(pair.split('=').next().unwrap_or_default()).as_deref() == Some(name)
}

/// Texts by their names, each of which occurs once.
pub(crate) struct NamedTexts(pub(crate) Vec<(String, String)>);

impl NamedTexts {
    /// Largest number of texts in a header.
    const MOST: usize = 32;

    /// Reads pairs such as `name="value"` with commas between them; `None` for another form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mut pairs, mut rest) = (Self(Vec::new()), text);
        while pairs.0.len() < Self::MOST {
            let (name, after) = rest.split_once("=\"")?;
            let (name, mut value, mut chars) = (name.trim(), String::new(), after.chars());
            loop {
                match chars.next()? {
                    '"' => break,
                    '\\' => value.push(chars.next()?),
                    other => value.push(other),
                }
            }
            if pairs.get(name).is_some() {
                return None;
            }
            pairs.0.push((name.to_owned(), value));
            rest = chars.as_str().trim();
            if rest.is_empty() {
                return Some(pairs);
            }
            rest = rest.strip_prefix(',')?;
        }
        None
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.as_str())
    }
}

fn form_decode(text: &str) -> Vec<u8> {
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let digit = |at: usize| digit(*bytes.get(at)?);
        at += 1;
        match (byte, digit(at), digit(at + 1)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high << 4 | low);
                at += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::{UNRESERVED, percent_encode};

    #[test]
    fn a_text_of_the_query_is_encoded() {
        let encoded = percent_encode("aZ09-._~ +/=&é".as_bytes(), UNRESERVED);
        assert_eq!(encoded, "aZ09-._~%20%2B%2F%3D%26%C3%A9");
    }
}
