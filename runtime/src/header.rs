//! Headers of answers, typed: the lines of one name come in, a value goes out.
//!
//! Text is parsed by OpenAPI's style `simple`. A value that does not match the contract is an error, never a guess.

use crate::json::{self, DecodeError, Json, JsonValue, Object};
use http::HeaderMap;
use http::header::SET_COOKIE;
use std::marker::PhantomData;

/// A header that a contract names, and the type of its value.
pub struct Header<T> {
    name: &'static str,
    form: HeaderShape,
    value: PhantomData<fn() -> T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HeaderShape {
    One,
    List,
    /// An object; `true` if exploded.
    Object(bool),
    Json,
}

impl<T> std::fmt::Debug for Header<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Header").field(&self.name).finish()
    }
}

impl<T: Json> Header<T> {
    /// Creates a header whose value is one scalar.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            form: HeaderShape::One,
            value: PhantomData,
        }
    }

    /// Makes the value a list: items between commas, on one line or several.
    #[must_use]
    pub const fn list(mut self) -> Self {
        self.form = HeaderShape::List;
        self
    }

    /// Makes the value an object: `name,value` or, exploded, `name=value`, between commas.
    #[must_use]
    pub const fn object(mut self, explode: bool) -> Self {
        self.form = HeaderShape::Object(explode);
        self
    }

    /// Makes the value JSON text.
    #[must_use]
    pub const fn json(mut self) -> Self {
        self.form = HeaderShape::Json;
        self
    }

    /// Returns the name, in lower case.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Parses the header; `None` if it is absent. Several lines are one value with commas between them; of several lines of
    /// `Set-Cookie`, a scalar is the first.
    pub fn parse(&self, headers: &HeaderMap) -> Result<Option<T>, DecodeError> {
        let lines: Vec<String> = headers
            .get_all(self.name)
            .iter()
            .map(|line| String::from_utf8_lossy(line.as_bytes()).trim().to_owned())
            .collect();
        if lines.is_empty() {
            return Ok(None);
        }
        // RFC 9110, section 5.3: several lines are one value. RFC 6265, section 3: lines of `Set-Cookie` are not.
        let lines = if self.is_set_cookie() {
            lines
        } else {
            vec![lines.join(", ")]
        };
        if self.form == HeaderShape::Json {
            return json::from_slice(lines[0].as_bytes()).map(Some);
        }
        // The text does not distinguish strings from numbers: the type decides.
        let as_text = |text: &str| JsonValue::String(text.to_owned());
        let as_json = |text: &str| json::from_slice(text.as_bytes()).unwrap_or_else(|_| as_text(text));
        let read = self.value(&lines, &as_text).to::<T>();
        match read {
            Ok(value) => Ok(Some(value)),
            Err(error) => self.value(&lines, &as_json).to::<T>().map(Some).map_err(|_| error),
        }
    }

    fn is_set_cookie(&self) -> bool {
        self.name.eq_ignore_ascii_case(SET_COOKIE.as_str())
    }

    fn value(&self, lines: &[String], scalar: &dyn Fn(&str) -> JsonValue) -> JsonValue {
        let items = || {
            // Lines of `Set-Cookie` may contain commas.
            let whole = self.is_set_cookie();
            lines.iter().flat_map(move |line| {
                let items: Vec<&str> = if whole { vec![line] } else { line.split(',').collect() };
                items
            })
        };
        let items = || items().map(str::trim).filter(|item| !item.is_empty());
        match self.form {
            HeaderShape::List => JsonValue::Array(items().map(scalar).collect()),
            HeaderShape::Object(true) => {
                let mut object = Object::new();
                for item in items() {
                    let (name, value) = item.split_once('=').unwrap_or((item, ""));
                    object.insert(name, scalar(value));
                }
                JsonValue::Object(object)
            }
            HeaderShape::Object(false) => {
                let mut object = Object::new();
                let mut items = items();
                while let Some(name) = items.next() {
                    object.insert(name, scalar(items.next().unwrap_or_default()));
                }
                JsonValue::Object(object)
            }
            HeaderShape::One | HeaderShape::Json => scalar(lines.first().map_or("", String::as_str)),
        }
    }
}

/// Returns a parameter of a media type, without its quotes (RFC 9110, section 5.6.6).
pub(crate) fn media_parameter<'m>(media: &'m str, name: &str) -> Option<&'m str> {
    let mut is_quoted = false;
    let is_end = |letter| {
        is_quoted ^= letter == '"';
        letter == ';' && !is_quoted
    };
    let pairs = media.split(is_end).skip(1).filter_map(|one| one.split_once('='));
    let mut found = pairs.filter(|(known, _)| known.trim().eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim().trim_matches('"'))
}

/// Encodes a parameter as browsers do (HTML, multipart/form-data encoding algorithm): quotes and line breaks are percent-encoded. So
/// are other control characters.
pub(crate) fn quoted(text: &str) -> String {
    let encoded = |letter: char| match letter {
        '"' | '\0'..='\x1f' | '\x7f' => format!("%{:02X}", u32::from(letter)),
        _ => letter.to_string(),
    };
    text.chars().map(encoded).collect()
}

/// Returns `true` if a media type is in a range (RFC 9110, section 12.5.1).
pub(crate) fn is_within(media: &str, range: &str) -> bool {
    let range = range.split(';').next().unwrap_or_default().trim();
    let is_of = |ty: &str| media.split('/').next().is_some_and(|own| own.eq_ignore_ascii_case(ty));
    range == "*/*" || range.eq_ignore_ascii_case(media) || range.strip_suffix("/*").is_some_and(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Timestamp;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_type_decides_how_a_text_is_read() {
        let came = headers(&[("x-total", " 42 "), ("x-on", "true"), ("x-at", "2026-01-02T03:04:05Z")]);
        assert_eq!(Header::<i64>::new("x-total").parse(&came), Ok(Some(42)));
        assert_eq!(Header::<String>::new("x-total").parse(&came), Ok(Some("42".to_owned())));
        assert_eq!(Header::<bool>::new("x-on").parse(&came), Ok(Some(true)));
        assert!(Header::<Timestamp>::new("x-at").parse(&came).unwrap().is_some());
        assert_eq!(Header::<i64>::new("x-none").parse(&came), Ok(None));
        assert!(Header::<i64>::new("x-on").parse(&came).is_err());
    }

    #[test]
    fn lists_and_members_are_taken_apart_as_the_style_says() {
        let came = headers(&[
            ("l", "1, 2"),
            ("l", "3"),
            ("m", "R,100,G,200"),
            ("e", "R=100,G=x=y"),
            ("j", "[1,{}]"),
        ]);
        assert_eq!(
            Header::<Vec<i64>>::new("l").list().parse(&came),
            Ok(Some(vec![1, 2, 3]))
        );
        let texts = ["1", "2", "3"].map(str::to_owned).to_vec();
        assert_eq!(Header::<Vec<String>>::new("l").list().parse(&came), Ok(Some(texts)));
        let members = Header::<crate::Map<i64>>::new("m")
            .object(false)
            .parse(&came)
            .unwrap()
            .unwrap();
        assert_eq!((members.get("R"), members.get("G")), (Some(&100), Some(&200)));
        let members = Header::<crate::Map<String>>::new("e")
            .object(true)
            .parse(&came)
            .unwrap()
            .unwrap();
        assert_eq!(members.get("G").map(String::as_str), Some("x=y"));
        assert_eq!(
            Header::<JsonValue>::new("j")
                .json()
                .parse(&came)
                .unwrap()
                .unwrap()
                .to_string(),
            "[1,{}]"
        );
    }

    #[test]
    fn several_lines_are_one_value() {
        let came = headers(&[
            ("link", "<http://x/2>; rel=\"next\""),
            ("link", "<http://x/9>; rel=\"last\""),
            ("j", "[1"),
            ("j", "2]"),
            ("m", "R=1"),
            ("m", "G=2"),
            ("n", "1"),
            ("n", "2"),
        ]);
        let link = "<http://x/2>; rel=\"next\", <http://x/9>; rel=\"last\"".to_owned();
        assert_eq!(Header::<String>::new("link").parse(&came), Ok(Some(link)));
        assert_eq!(Header::<Vec<i64>>::new("j").json().parse(&came), Ok(Some(vec![1, 2])));
        let members = Header::<crate::Map<i64>>::new("m").object(true).parse(&came);
        assert_eq!(members.unwrap().unwrap().get("G"), Some(&2));
        assert!(Header::<i64>::new("n").parse(&came).is_err());
    }

    #[test]
    fn cookies_are_never_joined() {
        let came = headers(&[("set-cookie", "a=1; Expires=Wed, 21 Oct 2026"), ("set-cookie", "b=2")]);
        let cookies = Header::<Vec<String>>::new("set-cookie")
            .list()
            .parse(&came)
            .unwrap()
            .unwrap();
        assert_eq!(cookies, ["a=1; Expires=Wed, 21 Oct 2026", "b=2"]);
    }
}
