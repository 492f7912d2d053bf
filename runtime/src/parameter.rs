//! Serialization of parameters: values come in, encoded text in OpenAPI's styles goes out.
//!
//! Percent-encoding (RFC 3986, section 2.1) is a fixed point: a URL library must find nothing to change.

use crate::json::{self, Json, JsonValue, Object};
use crate::value::{Base64, Date, Decimal, Float, Integer, Number, Timestamp};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;

/// A scalar that can be a parameter.
pub trait ToParam {
    /// Returns its text, not encoded.
    fn param(&self) -> Cow<'_, str>;
}

impl<T: ToParam + ?Sized> ToParam for &T {
    fn param(&self) -> Cow<'_, str> {
        (**self).param()
    }
}

impl ToParam for str {
    fn param(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl ToParam for String {
    fn param(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

macro_rules! by_display {
    ($($ty:ty),+) => { $(
        impl ToParam for $ty {
            fn param(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
        }
    )+ };
}
by_display!(bool, i32, i64, u32, u64, f64, Float, Timestamp, Date, Decimal, Integer);

impl ToParam for Number {
    fn param(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }
}

impl ToParam for Base64 {
    fn param(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }
}

/// OpenAPI `style`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `a,b`
    Simple,
    /// `.a.b`
    Label,
    /// `;name=a,b`
    Matrix,
    /// `name=a,b`
    Form,
    /// `name=a%20b`
    SpaceDelimited,
    /// `name=a%7Cb`
    PipeDelimited,
    /// `name=a%09b`
    TabDelimited,
    /// `name[key]=value`
    DeepObject,
    /// `name=` followed by the value as JSON text
    Json,
}

/// A parameter's value: a scalar, items, or members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    value: JsonValue,
    /// The value is one text, which is JSON.
    is_json: bool,
}

/// The encoding of a text for its place.
type Encode = fn(&str) -> String;

impl Param {
    /// Creates a scalar.
    pub fn one<T: ToParam + ?Sized>(value: &T) -> Self {
        Self::from_value(JsonValue::String(value.param().into_owned()))
    }

    fn from_value(value: JsonValue) -> Self {
        Self { value, is_json: false }
    }

    /// Creates a list.
    pub fn list<T: ToParam>(items: impl IntoIterator<Item = T>) -> Self {
        Self::from_value(JsonValue::Array(
            items
                .into_iter()
                .map(|item| JsonValue::String(item.param().into_owned()))
                .collect(),
        ))
    }

    /// Creates an object.
    pub fn object<T: ToParam>(members: impl IntoIterator<Item = (impl Into<String>, T)>) -> Self {
        let mut object = Object::new();
        for (name, value) in members {
            object.insert(name.into(), JsonValue::String(value.param().into_owned()));
        }
        Self::from_value(JsonValue::Object(object))
    }

    /// Converts any value by its JSON. Values nested deeper than items and members become JSON text, except for `deepObject`.
    pub fn from_model<T: Json>(value: &T) -> Self {
        Self::from_value(JsonValue::from_request_model(value).unwrap_or_default())
    }

    /// Converts any value to JSON text.
    pub fn json<T: Json>(value: &T) -> Self {
        let text = JsonValue::from_request_model(value)
            .map(|value| value.to_string())
            .unwrap_or_default();
        Self {
            value: JsonValue::String(text),
            is_json: true,
        }
    }

    /// Returns the text of a string, a number or a boolean.
    pub(crate) fn as_scalar(&self) -> Option<String> {
        (self.is_scalar() && !self.value.is_null()).then(|| text(&self.value))
    }

    /// Returns the value.
    pub(crate) fn value(&self) -> &JsonValue {
        &self.value
    }

    /// Returns the text of a scalar.
    pub(crate) fn as_text(&self) -> Option<&str> {
        self.value.as_str()
    }

    /// Returns the value as one text, independent of style: scalars unchanged, other values as JSON with sorted members. Equal
    /// values have equal texts.
    pub(crate) fn to_plain(&self) -> String {
        let json = self.as_text().filter(|_| self.is_json);
        match json.and_then(|text| json::from_slice(text.as_bytes()).ok()) {
            Some(value) => text(&ordered(&value)),
            None => text(&ordered(&self.value)),
        }
    }

    /// Returns `true` for JSON text.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Returns the value as a JSON document, with its scalars as text.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        json::to_vec(&self.value).unwrap_or_default()
    }

    /// Returns the value in `style: simple`, `label` or `matrix`, percent-encoded for a path; `reserved` keeps what spans
    /// segments.
    pub(crate) fn path(&self, name: &str, style: Style, explode: bool, reserved: bool) -> String {
        let encode = if reserved { encode_reserved_in_path } else { encode };
        match style {
            Style::Label if self.is_nothing() => String::new(),
            Style::Label => format!(".{}", self.joined(if explode { "." } else { "," }, explode, encode)),
            Style::Matrix => self
                .named(name, explode, ",", encode, encode)
                .into_iter()
                .map(|(name, value)| match value.as_str() {
                    // RFC 6570, section 3.2.7: an empty value leaves the name alone.
                    "" if explode || self.is_scalar() => format!(";{name}"),
                    value => format!(";{name}={value}"),
                })
                .collect(),
            _ => self.joined(",", explode, encode),
        }
    }

    /// Returns the value in `style: simple`, not encoded, for a header.
    pub(crate) fn header(&self, explode: bool) -> String {
        self.joined(",", explode, str::to_owned)
    }

    /// Returns the percent-encoded pairs of a query, joined by `&`; empty for an empty list or object.
    pub(crate) fn query(&self, name: &str, style: Style, explode: bool, reserved: bool) -> String {
        let value = if reserved { encode_reserved } else { encode };
        let pairs = self.pairs(name, style, explode, encode, value);
        let pairs: Vec<String> = pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("&")
    }

    /// Returns the percent-encoded pairs of a cookie.
    pub(crate) fn cookie(&self, name: &str, explode: bool) -> Vec<String> {
        self.pairs(name, Style::Form, explode, encode, encode)
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    /// Returns the pairs of a cookie as they are; `None` if a name or a value has a character that RFC 6265, section 4.1.1,
    /// does not allow. A comma is allowed between the items of one pair.
    pub(crate) fn cookie_unescaped(&self, name: &str, explode: bool) -> Option<Vec<String>> {
        let is_list = !explode && !self.is_scalar();
        let is_octet = |c: char| c.is_ascii_graphic() && !"\"\\;".contains(c) && (is_list || c != ',');
        let is_token = |c: char| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c);
        let pair = |(name, value): (String, String)| {
            let is_name = !name.is_empty() && name.chars().all(is_token);
            (is_name && value.chars().all(is_octet)).then(|| format!("{name}={value}"))
        };
        self.plain(name, Style::Form, explode).into_iter().map(pair).collect()
    }

    /// Returns names and values, not encoded, for the parts of a body.
    pub(crate) fn plain(&self, name: &str, style: Style, explode: bool) -> Vec<(String, String)> {
        self.pairs(name, style, explode, str::to_owned, str::to_owned)
    }

    /// Returns the delimiter of the style that is inside of an item, a name or a value as it is sent in a path: a server would
    /// take the value apart there.
    pub(crate) fn ambiguous_path(&self, style: Style, explode: bool, reserved: bool) -> Option<&'static str> {
        let encode = if reserved { encode_reserved_in_path } else { encode };
        self.ambiguous(style, explode, encode, encode)
    }

    /// Returns that delimiter of a query, or of the pairs of a form.
    pub(crate) fn ambiguous_query(&self, style: Style, explode: bool, reserved: bool) -> Option<&'static str> {
        let value = if reserved { encode_reserved } else { encode };
        self.ambiguous(style, explode, encode, value)
    }

    /// Returns that delimiter of a header, or of the parts of a body: their texts are not encoded.
    pub(crate) fn ambiguous_plain(&self, style: Style, explode: bool) -> Option<&'static str> {
        self.ambiguous(style, explode, str::to_owned, str::to_owned)
    }

    /// Returns the delimiter of a style that occurs in an item, a name or a value after its encoding, so that a server would split it.
    fn ambiguous(&self, style: Style, explode: bool, key: Encode, value: Encode) -> Option<&'static str> {
        let between = match (style, explode) {
            (Style::DeepObject, _) => return has_brackets(&self.value).then_some("[ or ]"),
            (Style::Label, true) => ".",
            (Style::Matrix, true) => ";",
            (Style::Simple | Style::Label | Style::Matrix, _) | (Style::Form, false) => ",",
            (Style::SpaceDelimited, false) => " ",
            (Style::PipeDelimited, false) => "|",
            (Style::TabDelimited, false) => "\t",
            // Each item or member is a pair, or all is one text.
            _ => return None,
        };
        let written = match between {
            " " | "|" | "\t" => key(between),
            _ => between.to_owned(),
        };
        // With `allowReserved`, an escape that is written by hand stays.
        let has = |text: &str, delimiter: &str| value(text).to_ascii_uppercase().contains(delimiter);
        match &self.value {
            JsonValue::Array(items) => items.iter().any(|item| has(&text(item), &written)).then_some(between),
            JsonValue::Object(members) => {
                let is_apart = |(name, item): (&str, &JsonValue)| has(name, &written) || has(&text(item), &written);
                let is_assigned = explode && present(members).any(|(name, _)| has(name, "="));
                let assigns = is_assigned.then_some("=");
                present(members).any(is_apart).then_some(between).or(assigns)
            }
            _ => None,
        }
    }

    fn pairs(&self, name: &str, style: Style, explode: bool, key: Encode, value: Encode) -> Vec<(String, String)> {
        match style {
            Style::Json => vec![(key(name), value(&self.value.to_string()))],
            Style::DeepObject if !self.is_scalar() => {
                let mut pairs = Vec::new();
                deep(&key(name), &self.value, key, value, &mut pairs);
                pairs
            }
            Style::SpaceDelimited => self.named(name, explode, &key(" "), key, value),
            Style::PipeDelimited => self.named(name, explode, &key("|"), key, value),
            Style::TabDelimited => self.named(name, explode, &key("\t"), key, value),
            _ => self.named(name, explode, ",", key, value),
        }
    }

    /// Returns one pair; exploded, one for each item or member. OpenAPI does not define lists inside members: they are repeated
    /// under the name of the member, as servers with paging and sorting objects read them.
    fn named(&self, name: &str, explode: bool, separator: &str, key: Encode, value: Encode) -> Vec<(String, String)> {
        match &self.value {
            _ if self.is_nothing() => Vec::new(),
            JsonValue::Array(items) if explode => items.iter().map(|item| (key(name), value(&text(item)))).collect(),
            JsonValue::Object(members) if explode => present(members)
                .flat_map(|(member, item)| {
                    let items = match item {
                        JsonValue::Array(items) => items.as_slice(),
                        one => std::slice::from_ref(one),
                    };
                    items.iter().map(move |item| (key(member), value(&text(item))))
                })
                .collect(),
            _ => vec![(key(name), self.joined(separator, false, value))],
        }
    }

    fn is_scalar(&self) -> bool {
        !matches!(self.value, JsonValue::Array(_) | JsonValue::Object(_))
    }

    /// Returns `true` for an empty list or object, which counts as absent (RFC 6570, section 2.3).
    fn is_nothing(&self) -> bool {
        match &self.value {
            JsonValue::Array(items) => items.is_empty(),
            JsonValue::Object(members) => present(members).next().is_none(),
            _ => false,
        }
    }

    fn joined(&self, separator: &str, explode: bool, encode: Encode) -> String {
        let all: Vec<String> = match &self.value {
            JsonValue::Array(items) => items.iter().map(|item| encode(&text(item))).collect(),
            JsonValue::Object(members) => {
                let between = if explode { "=" } else { separator };
                present(members)
                    .map(|(name, value)| format!("{}{between}{}", encode(name), encode(&text(value))))
                    .collect()
            }
            scalar => vec![encode(&text(scalar))],
        };
        all.join(separator)
    }
}

/// Appends names with brackets. OpenAPI defines only the first level: below it, members are named, scalars of a list get empty
/// brackets, and other values in a list get their index, so that the members of two objects are not mixed up.
fn deep(name: &str, value: &JsonValue, key: Encode, encode: Encode, pairs: &mut Vec<(String, String)>) {
    let inside = |step: &str| format!("{name}{}{}{}", key("["), key(step), key("]"));
    match value {
        JsonValue::Object(members) => {
            for (member, value) in present(members) {
                deep(&inside(member), value, key, encode, pairs);
            }
        }
        JsonValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let scalar = !matches!(item, JsonValue::Array(_) | JsonValue::Object(_));
                let step = if scalar { String::new() } else { index.to_string() };
                deep(&inside(&step), item, key, encode, pairs);
            }
        }
        scalar => pairs.push((name.to_owned(), encode(&text(scalar)))),
    }
}

/// Returns `true` if the name of a member, at any depth, has brackets.
fn has_brackets(value: &JsonValue) -> bool {
    match value {
        JsonValue::Object(members) => {
            present(members).any(|(name, value)| name.contains(['[', ']']) || has_brackets(value))
        }
        JsonValue::Array(items) => items.iter().any(has_brackets),
        _ => false,
    }
}

/// Returns the members that are not null.
fn present(members: &Object) -> impl Iterator<Item = (&str, &JsonValue)> {
    members.iter().filter(|(_, value)| !value.is_null())
}

/// Returns the value with the members of its objects sorted by name.
fn ordered(value: &JsonValue) -> JsonValue {
    match value {
        JsonValue::Array(items) => JsonValue::Array(items.iter().map(ordered).collect()),
        JsonValue::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            let mut object = Object::new();
            for (name, value) in sorted {
                object.insert(name.to_owned(), ordered(value));
            }
            JsonValue::Object(object)
        }
        scalar => scalar.clone(),
    }
}

/// Returns a string unchanged, nothing for null, any other value as JSON.
fn text(value: &JsonValue) -> String {
    match value {
        JsonValue::Null => String::new(),
        other => other.as_str().map_or_else(|| other.to_string(), str::to_owned),
    }
}

/// All characters except the unreserved ones (RFC 3986, section 2.3), for values.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Characters that URL libraries encode in a whole path or query.
const WHOLE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\'')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'^')
    .add(b'|')
    .add(b'\\');

/// Encodes a value for a path or query.
pub(crate) fn encode(value: &str) -> String {
    Cow::from(utf8_percent_encode(value, VALUE)).into_owned()
}

/// Encodes a value, but keeps reserved characters (`allowReserved`; RFC 6570, section 3.2.3), except for those that a query
/// would misread: `&` and `+`, and `#`, which ends it.
pub(crate) fn encode_reserved(value: &str) -> String {
    whole(value).replace('&', "%26").replace('+', "%2B")
}

/// Encodes a value, but keeps reserved characters (RFC 6570, section 3.2.3), except for those that end a path: `?` and `#`.
pub(crate) fn encode_reserved_in_path(value: &str) -> String {
    whole(value).replace('?', "%3F")
}

/// Encodes the text of a whole path or query: encoded characters stay, others are encoded as needed, and a stray `%` becomes
/// `%25`.
pub(crate) fn whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_whole(&mut out, text);
    out
}

pub(crate) fn push_whole(out: &mut String, text: &str) {
    // The usual case, a piece of a template, needs no change.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-'..=b'/' | b'_' | b'~');
    if text.bytes().all(is_plain) {
        return out.push_str(text);
    }
    for (index, piece) in text.split('%').enumerate() {
        if index > 0 {
            let escape = piece
                .as_bytes()
                .iter()
                .take(2)
                .filter(|byte| byte.is_ascii_hexdigit())
                .count()
                == 2;
            out.push_str(if escape { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(piece, WHOLE));
    }
}

#[cfg(test)]
mod tests;
