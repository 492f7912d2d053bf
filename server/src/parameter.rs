//! Values of parameters: the raw text of a path, a query or a header comes in, JSON in the form of the contract's type goes out.

use percent_encoding::percent_decode_str;
use sdkwright_json::{Json, JsonValue, from_slice, from_slice_strict};
use sdkwright_runtime::glue::Location;

use crate::problem::InvalidValue;

/// Serialization of several values in one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStyle {
    /// One value.
    One,
    /// The parameter is repeated.
    Repeated,
    /// `a,b`
    Comma,
    /// `a%20b`
    Space,
    /// `a%7Cb`
    Pipe,
}

/// The JSON form of a value that is text on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JsonForm {
    /// A JSON string.
    Text,
    /// A number or a boolean.
    Literal,
}

/// A parameter of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Location,
    split: ListStyle,
    kind: JsonForm,
}

impl Parameter {
    /// Describes a text in the path, by its name.
    pub const fn path(name: &'static str) -> Self {
        Self::new(Location::Path, name)
    }

    /// Describes a text in the query, by its name.
    pub const fn query(name: &'static str) -> Self {
        Self::new(Location::Query, name)
    }

    /// Describes a text in a header, by its name.
    pub const fn header(name: &'static str) -> Self {
        Self::new(Location::Header, name)
    }

    const fn new(place: Location, name: &'static str) -> Self {
        Self {
            name,
            place,
            split: ListStyle::One,
            kind: JsonForm::Text,
        }
    }

    /// Describes numbers or booleans in place of texts.
    #[must_use]
    pub const fn literal(mut self) -> Self {
        self.kind = JsonForm::Literal;
        self
    }

    /// Describes a list of values, by its serialization.
    #[must_use]
    pub const fn list(mut self, split: ListStyle) -> Self {
        self.split = split;
        self
    }

    /// Returns the error at this parameter.
    pub(crate) fn error(&self, message: impl Into<String>) -> InvalidValue {
        let place = self.place.name();
        let name = self.name.replace('~', "~0").replace('/', "~1");
        InvalidValue {
            pointer: format!("/{place}/{name}"),
            message: message.into(),
        }
    }

    /// Returns the JSON of the raw texts, of which there is at least one.
    pub(crate) fn json(&self, raw: &[&str]) -> Result<String, InvalidValue> {
        match (self.split, raw) {
            (ListStyle::Repeated, all) => self.items(all.iter().copied()),
            (ListStyle::One, [text]) => self.item(text),
            // Several lines of a header are one list (RFC 9110, section 5.3).
            (ListStyle::Comma, lines) if self.place == Location::Header => {
                self.items(lines.iter().flat_map(|line| line.split(',')).map(str::trim))
            }
            (ListStyle::Comma, [text]) => self.items(text.split(',')),
            (ListStyle::Space, [text]) => self.items(text.replace('+', "%20").split("%20")),
            (ListStyle::Pipe, [text]) => self.items(text.replace("%7C", "|").replace("%7c", "|").split('|')),
            _ => Err(self.error("occurs more than once")),
        }
    }

    /// Reads the typed value of the JSON.
    pub(crate) fn read<T: Json>(&self, json: &str) -> Result<T, InvalidValue> {
        // The place in the document is that of the generated JSON, which the caller did not send.
        let decoded = from_slice_strict(json.as_bytes(), |_| ());
        decoded.map(|(value, ())| value).map_err(|error| {
            let text = error.to_string();
            let text = text.split(", at ").next().unwrap_or_default();
            self.error(text)
        })
    }

    fn items<'r>(&self, items: impl Iterator<Item = &'r str>) -> Result<String, InvalidValue> {
        let items: Result<Vec<String>, InvalidValue> = items.map(|item| self.item(item)).collect();
        Ok(format!("[{}]", items?.join(",")))
    }

    /// Returns the JSON of one value.
    fn item(&self, raw: &str) -> Result<String, InvalidValue> {
        let raw = match self.place {
            Location::Query => raw.replace('+', "%20"),
            _ => raw.to_owned(),
        };
        let text = if self.place == Location::Header {
            raw.into()
        } else {
            let decoded = percent_decode_str(&raw).decode_utf8();
            decoded.map_err(|_| self.error("is not UTF-8"))?
        };
        if self.kind == JsonForm::Text {
            return Ok(JsonValue::from(&*text).to_string());
        }
        match from_slice(text.as_bytes()) {
            Ok(JsonValue::Number(_) | JsonValue::Bool(_)) => Ok(text.into_owned()),
            _ => Err(self.error("expected a number or a boolean")),
        }
    }
}

#[cfg(test)]
mod tests {
    use sdkwright_json::Json;

    use super::{JsonForm, ListStyle, Location, Parameter};
    use crate::problem::InvalidValue;

    fn parameter(place: Location, split: ListStyle, kind: JsonForm) -> Parameter {
        Parameter {
            name: "a/b",
            place,
            split,
            kind,
        }
    }

    fn value<T: Json>(parameter: Parameter, raw: &[&str]) -> Result<T, InvalidValue> {
        parameter.read(&parameter.json(raw)?)
    }

    #[test]
    fn each_serialization_becomes_typed_values() {
        let text = |place, split, raw: &[&str]| value::<Vec<String>>(parameter(place, split, JsonForm::Text), raw);
        for (place, split, raw, wanted) in [
            (
                Location::Query,
                ListStyle::Repeated,
                &["a+b", "c%2Bd"][..],
                ["a b", "c+d"],
            ),
            (Location::Query, ListStyle::Comma, &["a%2Cb,c"], ["a,b", "c"]),
            (Location::Query, ListStyle::Space, &["a%20c"], ["a", "c"]),
            (Location::Query, ListStyle::Pipe, &["a%7Cc"], ["a", "c"]),
            (Location::Path, ListStyle::Comma, &["a+b,c"], ["a+b", "c"]),
            (Location::Header, ListStyle::Comma, &["a%20b , c"], ["a%20b", "c"]),
            (Location::Header, ListStyle::Comma, &["a", " c"], ["a", "c"]),
        ] {
            assert_eq!(text(place, split, raw).unwrap(), wanted, "{raw:?}");
        }
        let number = parameter(Location::Query, ListStyle::One, JsonForm::Literal);
        assert_eq!(value::<i32>(number, &["-7"]).unwrap(), -7);
        let numbers = parameter(Location::Query, ListStyle::Repeated, JsonForm::Literal);
        assert_eq!(value::<Vec<bool>>(numbers, &["true", "false"]).unwrap(), [true, false]);
    }

    #[test]
    fn a_mistake_has_the_place_of_the_parameter_and_shows_no_value() {
        let number = parameter(Location::Query, ListStyle::One, JsonForm::Literal);
        let text = parameter(Location::Path, ListStyle::One, JsonForm::Text);
        for (found, wanted) in [
            (
                value::<i32>(number, &["secret"]).unwrap_err(),
                "expected a number or a boolean",
            ),
            (value::<i32>(number, &["1", "2"]).unwrap_err(), "occurs more than once"),
            (
                value::<i32>(number, &["99999999999"]).unwrap_err(),
                "expected an integer of 32 bits",
            ),
        ] {
            assert_eq!(found.pointer, "/query/a~1b");
            assert!(found.message.starts_with(wanted), "{found:?}");
        }
        assert_eq!(value::<String>(text, &["%ff"]).unwrap_err().message, "is not UTF-8");
    }
}
