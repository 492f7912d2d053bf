//! How parameters are written: OpenAPI's styles, from values to encoded text.

use std::borrow::Cow;

use super::target::{encode, encode_reserved};
use crate::json::{Json, JsonValue};
use crate::value::{Base64, Date, Decimal, Float, Integer, Number, Timestamp};

/// A scalar that can be a parameter.
pub trait ToParam {
    /// Its text, not encoded.
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
    /// `name[key]=value`
    DeepObject,
}

/// A parameter's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// One scalar.
    One(String),
    /// Items.
    List(Vec<String>),
    /// Members.
    Object(Vec<(String, String)>),
}

impl Param {
    /// A scalar.
    pub fn one<T: ToParam + ?Sized>(value: &T) -> Self {
        Self::One(value.param().into_owned())
    }

    /// Items.
    pub fn list<T: ToParam>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(|item| item.param().into_owned()).collect())
    }

    /// Members.
    pub fn object<T: ToParam>(members: impl IntoIterator<Item = (impl Into<String>, T)>) -> Self {
        Self::Object(
            members
                .into_iter()
                .map(|(name, value)| (name.into(), value.param().into_owned()))
                .collect(),
        )
    }

    /// Any value by its JSON: a scalar, items, or members; what stands deeper is JSON text.
    pub fn of<T: Json>(value: &T) -> Self {
        match JsonValue::of(value) {
            Ok(JsonValue::Array(items)) => Self::List(items.iter().map(text).collect()),
            Ok(JsonValue::Object(members)) => {
                let there = members.iter().filter(|(_, value)| !value.is_null());
                Self::Object(there.map(|(name, value)| (name.to_owned(), text(value))).collect())
            }
            Ok(other) => Self::One(text(&other)),
            Err(_) => Self::One(String::new()),
        }
    }

    /// Any value as JSON text.
    pub fn json<T: Json>(value: &T) -> Self {
        Self::One(JsonValue::of(value).map(|value| value.to_string()).unwrap_or_default())
    }

    /// The value in `style: simple`, `label` or `matrix`, encoded: for a path.
    pub(crate) fn path(&self, name: &str, style: Style, explode: bool) -> String {
        let name = encode(name);
        match style {
            Style::Label if self.is_empty() => String::new(),
            Style::Label => format!(".{}", self.joined(if explode { "." } else { "," }, explode, encode)),
            Style::Matrix => format!(
                ";{}",
                match self {
                    Self::List(items) if explode => {
                        join(";", items.iter().map(|item| format!("{name}={}", encode(item))))
                    }
                    Self::Object(members) if explode => {
                        join(
                            ";",
                            members
                                .iter()
                                .map(|(key, value)| format!("{}={}", encode(key), encode(value))),
                        )
                    }
                    _ => format!("{name}={}", self.joined(",", false, encode)),
                }
            ),
            _ => self.joined(",", explode, encode),
        }
    }

    /// The value in `style: simple`, not encoded: for a header.
    pub(crate) fn header(&self, explode: bool) -> String {
        self.joined(",", explode, str::to_owned)
    }

    /// The pairs of a query, encoded and joined by `&`; nothing for a list or object without anything in it.
    pub(crate) fn query(&self, name: &str, style: Style, explode: bool, reserved: bool) -> String {
        let value = if reserved { encode_reserved } else { encode };
        let pair = |key: &str, value: String| format!("{}={value}", encode(key));
        if self.is_empty() {
            return String::new();
        }
        match (self, style) {
            (Self::Object(members), Style::DeepObject) => join(
                "&",
                members
                    .iter()
                    .map(|(key, text)| format!("{}%5B{}%5D={}", encode(name), encode(key), value(text))),
            ),
            (Self::List(items), _) if explode => join("&", items.iter().map(|item| pair(name, value(item)))),
            (Self::Object(members), _) if explode => {
                join("&", members.iter().map(|(key, text)| pair(key, value(text))))
            }
            (_, Style::SpaceDelimited) => pair(name, self.joined("%20", false, value)),
            (_, Style::PipeDelimited) => pair(name, self.joined("%7C", false, value)),
            _ => pair(name, self.joined(",", false, value)),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::One(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
        }
    }

    fn joined(&self, separator: &str, explode: bool, encode: fn(&str) -> String) -> String {
        match self {
            Self::One(value) => encode(value),
            Self::List(items) => items
                .iter()
                .map(|item| encode(item))
                .collect::<Vec<_>>()
                .join(separator),
            Self::Object(members) => {
                let between = if explode { "=" } else { separator };
                let member = |(key, value): &(String, String)| format!("{}{between}{}", encode(key), encode(value));
                members.iter().map(member).collect::<Vec<_>>().join(separator)
            }
        }
    }
}

fn join(separator: &str, pairs: impl Iterator<Item = String>) -> String {
    pairs.collect::<Vec<_>>().join(separator)
}

/// A string as it is, nothing for null, anything else as JSON.
fn text(value: &JsonValue) -> String {
    match value {
        JsonValue::Null => String::new(),
        other => other.as_str().map_or_else(|| other.to_string(), str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Param {
        Param::list(["a b", "c,d"])
    }

    fn object() -> Param {
        Param::object([("x", "1"), ("y", "2&")])
    }

    #[test]
    fn queries_are_written_as_the_styles_say() {
        for (param, style, explode, written) in [
            (Param::one("a/b c"), Style::Form, true, "p=a%2Fb%20c"),
            (Param::one(&true), Style::Form, false, "p=true"),
            (Param::one(""), Style::Form, true, "p="),
            (list(), Style::Form, true, "p=a%20b&p=c%2Cd"),
            (list(), Style::Form, false, "p=a%20b,c%2Cd"),
            (list(), Style::SpaceDelimited, false, "p=a%20b%20c%2Cd"),
            (list(), Style::PipeDelimited, false, "p=a%20b%7Cc%2Cd"),
            (object(), Style::Form, true, "x=1&y=2%26"),
            (object(), Style::Form, false, "p=x,1,y,2%26"),
            (object(), Style::DeepObject, true, "p%5Bx%5D=1&p%5By%5D=2%26"),
            (Param::List(vec![]), Style::Form, true, ""),
        ] {
            assert_eq!(
                param.query("p", style, explode, false),
                written,
                "{param:?} {style:?} {explode}"
            );
        }
        assert_eq!(Param::one("a/b:c&d").query("p", Style::Form, true, true), "p=a/b:c%26d");
    }

    #[test]
    fn paths_are_written_as_the_styles_say() {
        for (param, style, explode, written) in [
            (Param::one(&7i64), Style::Simple, false, "7"),
            (Param::one("a"), Style::Label, false, ".a"),
            (Param::one("a"), Style::Matrix, false, ";p=a"),
            (list(), Style::Simple, false, "a%20b,c%2Cd"),
            (list(), Style::Label, true, ".a%20b.c%2Cd"),
            (list(), Style::Matrix, true, ";p=a%20b;p=c%2Cd"),
            (object(), Style::Simple, true, "x=1,y=2%26"),
            (object(), Style::Simple, false, "x,1,y,2%26"),
            (object(), Style::Matrix, true, ";x=1;y=2%26"),
        ] {
            assert_eq!(
                param.path("p", style, explode),
                written,
                "{param:?} {style:?} {explode}"
            );
        }
    }

    #[test]
    fn a_header_is_not_encoded() {
        assert_eq!(list().header(false), "a b,c,d");
        assert_eq!(object().header(true), "x=1,y=2&");
    }
}
