//! Words of HTTP: methods, statuses and their names (RFC 9110, section 15), and media types.

use crate::constant;
use crate::source::{Member, Node};

/// Method of RFC 9110, `QUERY` of OpenAPI 3.2 (a `GET` with a body), or one of `additionalOperations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
    Query,
    /// Token of a method of `additionalOperations`, which may change something.
    Other(&'static str),
}

impl Method {
    /// Keys of a path item with their methods, in the order of the specification.
    pub const KEYS: [(&'static str, Self); 9] = [
        ("get", Self::Get),
        ("put", Self::Put),
        ("post", Self::Post),
        ("delete", Self::Delete),
        ("options", Self::Options),
        ("head", Self::Head),
        ("patch", Self::Patch),
        ("trace", Self::Trace),
        ("query", Self::Query),
    ];

    /// Returns the operations of a path item with their methods, without keys that are not methods.
    pub fn operations(item: Node<'_>) -> impl Iterator<Item = (Self, Member<'_>)> {
        let others = item.get("additionalOperations").into_iter().flat_map(Node::members);
        let others = others.filter_map(|member| Some((Self::of_token(member.key).ok()?, member)));
        let fixed = item
            .members()
            .filter_map(|member| Some((Self::of_key(member.key)?, member)));
        fixed.chain(others)
    }

    /// Tokens of the methods that can change something.
    pub const UNSAFE: &[&'static str] = &["POST", "PUT", "PATCH", "DELETE"];

    /// Returns the method of a key of a path item.
    pub fn of_key(key: &str) -> Option<Self> {
        let known = Self::KEYS.iter().find(|(known, _)| *known == key);
        known.map(|(_, method)| *method)
    }

    /// Returns the method of a key of `additionalOperations`, or the reason why it cannot be there.
    pub fn of_token(token: &str) -> Result<Self, &'static str> {
        let is_fixed = |(key, _): &(&str, Self)| key.eq_ignore_ascii_case(token);
        if !is_token(token) {
            Err("is not a method: a method is a token of RFC 9110")
        } else if Self::KEYS.iter().any(is_fixed) {
            Err("is a method with a key of its own in a path item")
        } else if token.eq_ignore_ascii_case("CONNECT") {
            Err("opens a tunnel, so no operation can have this method")
        } else {
            Ok(Self::Other(constant::text(token)))
        }
    }

    /// Returns the token on the wire.
    pub fn token(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Other(token) => token,
        }
    }

    /// Returns true for a safe method (RFC 9110, 9.2.1): one that requests no change.
    pub fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Trace | Self::Query)
    }
}

/// Returns true for a token of RFC 9110, section 5.6.2.
pub fn is_token(text: &str) -> bool {
    let is_character = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_character)
}

/// Returns a media type without its parameters (RFC 6838).
pub fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Returns the charset of a media type, if it states one.
pub fn charset(media_type: &str) -> Option<&str> {
    let mut pairs = media_type.split(';').skip(1).filter_map(|one| one.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches('"'))
}

/// Returns true for text in UTF-8, however it is spelled, which is the charset where none is stated.
pub fn is_utf8(media_type: &str) -> bool {
    let stated = charset(media_type).map(|stated| stated.to_ascii_lowercase().replace('-', ""));
    stated.is_none_or(|stated| stated.strip_prefix("utf") == Some("8"))
}

/// Returns the first media type of a list that is not a range.
pub fn concrete(media_types: &str) -> Option<&str> {
    media_types.split(',').map(str::trim).find(|one| !one.contains('*'))
}

/// Statuses of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusRange {
    /// `404`
    Exactly(u16),
    /// `4XX` (the hundreds digit)
    Class(u8),
    /// `default`
    Default,
}

impl StatusRange {
    /// Returns true for success (2xx).
    pub fn is_success(self) -> bool {
        match self {
            Self::Exactly(code) => (200..300).contains(&code),
            Self::Class(class) => class == 2,
            Self::Default => false,
        }
    }
}

/// Returns the words of a name that begins with a status: `403` is `forbidden error`, `404 Missing` is `Missing`. `None` for
/// another name.
pub fn status_words(name: &str) -> Option<String> {
    let (status, rest) = name.split_at_checked(3).filter(|(status, _)| status.is_ascii())?;
    let is_range = status[1..].eq_ignore_ascii_case("xx");
    let is_status = matches!(status.as_bytes()[0], b'1'..=b'5')
        && (is_range || status.bytes().all(|byte| byte.is_ascii_digit()))
        && !rest.starts_with(|c: char| c.is_ascii_digit());
    let own = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    match own.chars().next() {
        _ if !is_status => None,
        Some(first) => first.is_alphabetic().then(|| own.to_owned()),
        None => reason(&status.to_ascii_lowercase()),
    }
}

/// Returns the words of a status without more; `None` for one that names nothing.
fn reason(status: &str) -> Option<String> {
    let reason = match status {
        "200" => "ok",
        "201" => "created",
        "202" => "accepted",
        "204" => "no content",
        "206" => "partial",
        "2xx" => "success",
        "400" => "bad request",
        "401" => "unauthorized",
        "402" => "payment required",
        "403" => "forbidden",
        "404" => "not found",
        "405" => "method not allowed",
        "406" => "not acceptable",
        "408" => "request timeout",
        "409" => "conflict",
        "410" => "gone",
        "412" => "precondition failed",
        "413" => "content too large",
        "415" => "unsupported media type",
        "422" => "unprocessable content",
        "423" => "locked",
        "424" => "failed dependency",
        "428" => "precondition required",
        "429" => "too many requests",
        "500" => "internal server",
        "501" => "not implemented",
        "502" => "bad gateway",
        "503" => "service unavailable",
        "504" => "gateway timeout",
        _ if status.starts_with('4') => "client",
        _ if status.starts_with('5') => "server",
        _ => return None,
    };
    let class = if status.starts_with(['4', '5']) {
        "error"
    } else {
        "response"
    };
    Some(format!("{reason} {class}"))
}

#[cfg(test)]
mod tests {
    use super::status_words;

    #[test]
    fn a_status_is_what_it_means() {
        for (name, expected) in [
            ("403", Some("forbidden error")),
            ("499", Some("client error")),
            ("5XX", Some("server error")),
            ("200", Some("ok response")),
            ("204", Some("no content response")),
            ("360", None),
            ("404NotFound", Some("NotFound")),
            ("409-conflict", Some("conflict")),
            ("4031", None),
            ("403.1", None),
            ("999", None),
            ("Error403", None),
            ("40", None),
            ("名", None),
        ] {
            assert_eq!(status_words(name).as_deref(), expected, "{name}");
        }
    }
}
