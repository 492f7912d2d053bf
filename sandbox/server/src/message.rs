//! In: the text of a signed message of the contract, as a template or as a list of components. Out: its values, and the texts
//! between them. Never: code of the SDK; a second implementation of the same contract.

use crate::error::suggestion;
use crate::origin::Defect;
use serde_json::Value;

/// A signed message: a text before each value, and one after the last.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignedMessage {
    pub(crate) texts: Vec<String>,
    pub(crate) values: Vec<Signed>,
}

/// A value of a signed message, with its changes in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    /// Its name in the contract.
    pub(crate) name: String,
    pub(crate) source: ValueSource,
    pub(crate) filters: Vec<Filter>,
}

/// The source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ValueSource {
    Method,
    Target,
    Path,
    Query,
    Body,
    Timestamp,
    Nonce,
    ClientId,
    IdempotencyKey,
    /// A header of a delivery.
    Header(String),
    /// A value that sender and receiver know.
    Setting(String),
    /// A pointer into an item of the body.
    Item(String),
}

/// A change of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    Sha256,
    Sha512,
    Hex,
    Base64,
    Base64Url,
}

const SOURCES: [(&str, ValueSource); 9] = [
    ("method", ValueSource::Method),
    ("target", ValueSource::Target),
    ("path", ValueSource::Path),
    ("query", ValueSource::Query),
    ("body", ValueSource::Body),
    ("timestamp", ValueSource::Timestamp),
    ("nonce", ValueSource::Nonce),
    ("client-id", ValueSource::ClientId),
    ("idempotency-key", ValueSource::IdempotencyKey),
];

const FILTERS: [(&str, Filter); 5] = [
    ("sha256", Filter::Sha256),
    ("sha512", Filter::Sha512),
    ("hex", Filter::Hex),
    ("base64", Filter::Base64),
    ("base64url", Filter::Base64Url),
];

/// The components of `components`, and their templates.
const COMPONENTS: [(&str, &str); 8] = [
    ("method", "method"),
    ("target", "target"),
    ("body-sha256-hex", "body|sha256|hex"),
    ("body-sha256-base64", "body|sha256|base64"),
    ("timestamp", "timestamp"),
    ("nonce", "nonce"),
    ("client-id", "client-id"),
    ("idempotency-key", "idempotency-key"),
];

impl SignedMessage {
    /// Reads `message`, or `components` with `separator`.
    pub(crate) fn from_signing(node: &Value) -> Result<Self, Defect<'_>> {
        let wrong = |member: &str, what: &str| Defect::new(node, what).at(member);
        if let Some(template) = node.get("message").and_then(Value::as_str) {
            return Self::parse(template).ok_or_else(|| wrong("message", "it is not a template of known values"));
        }
        let names = node.get("components").and_then(Value::as_array);
        let names = names.ok_or_else(|| wrong("components", "it is missing"))?;
        let separator = node.get("separator").and_then(Value::as_str).unwrap_or("\n");
        let mut message = Self::default();
        for (number, name) in names.iter().enumerate() {
            let name = name.as_str().unwrap_or_default();
            let found = COMPONENTS.iter().find(|(known, _)| *known == name);
            let value = found.and_then(|(name, template)| {
                let name = (*name).to_owned();
                Some(Signed {
                    name,
                    ..signed(template)?
                })
            });
            message.values.push(value.ok_or_else(|| {
                let known = suggestion(name, COMPONENTS.map(|(known, _)| known));
                wrong("components", &format!("there is no component {name}{known}")).at(&number.to_string())
            })?);
            message.texts.push(if number > 0 { separator } else { "" }.to_owned());
        }
        message.texts.push(String::new());
        Ok(message)
    }

    pub(crate) fn parse(template: &str) -> Option<Self> {
        let (mut message, mut text) = (Self::default(), String::new());
        let mut letters = template.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '{' | '}' if letters.peek() == Some(&letter) => text.extend(letters.next()),
                '{' => {
                    let inside: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                    message.values.push(signed(&inside)?);
                    message.texts.push(std::mem::take(&mut text));
                }
                '}' => return None,
                plain => text.push(plain),
            }
        }
        message.texts.push(text);
        Some(message)
    }

    /// Joins texts that replace those of the values.
    pub(crate) fn join<T: AsRef<[u8]>>(&self, values: &[T]) -> Vec<u8> {
        let mut message = Vec::new();
        for (at, text) in self.texts.iter().enumerate() {
            message.extend_from_slice(text.as_bytes());
            message.extend_from_slice(values.get(at).map_or(&[], AsRef::as_ref));
        }
        message
    }

    /// The same message without one value, and without the text before it (after it, for the first one).
    pub(crate) fn without(&self, index: usize) -> Self {
        let mut fewer = self.clone();
        fewer.values.remove(index);
        if index == 0 && fewer.texts.len() > 2 {
            fewer.texts.remove(1);
        } else {
            fewer.texts.remove(index);
        }
        fewer
    }

    /// The same message with another text between its values.
    pub(crate) fn with_separator(&self, separator: &str) -> Self {
        let mut other = self.clone();
        let last = other.texts.len().saturating_sub(1);
        for text in other.texts.iter_mut().take(last).skip(1) {
            separator.clone_into(text);
        }
        other
    }

    /// The text between the first two values.
    pub(crate) fn separator(&self) -> &str {
        self.texts
            .get(1)
            .filter(|_| self.texts.len() > 2)
            .map_or("", String::as_str)
    }

    /// The message as a template.
    pub(crate) fn template(&self) -> String {
        let names: Vec<String> = self.values.iter().map(|value| format!("{{{}}}", value.name)).collect();
        String::from_utf8_lossy(&self.join(&names)).into_owned()
    }

    pub(crate) fn has(&self, source: &ValueSource) -> bool {
        self.values.iter().any(|value| value.source == *source)
    }
}

fn signed(template: &str) -> Option<Signed> {
    let mut words = template.split('|');
    let name = words.next().unwrap_or_default();
    let known = SOURCES.into_iter().find(|(known, _)| *known == name);
    let source = match (known, name.split_once('.')) {
        (Some((_, source)), _) => source,
        (None, Some(("header", name))) => ValueSource::Header(name.to_owned()),
        (None, Some(("settings", name))) => ValueSource::Setting(name.to_owned()),
        (None, _) if name.starts_with('/') => ValueSource::Item(name.to_owned()),
        (None, _) => return None,
    };
    let filters = words.map(|word| {
        FILTERS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, filter)| *filter)
    });
    Some(Signed {
        name: template.to_owned(),
        source,
        filters: filters.collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::SignedMessage;
    use serde_json::json;

    #[test]
    fn a_template_and_components_are_the_same_message() {
        let template = json!({ "message": "{timestamp}.{nonce}.{body|sha256|hex}" });
        let components = json!({ "separator": ".", "components": ["timestamp", "nonce", "body-sha256-hex"] });
        let [template, components] = [&template, &components].map(|node| SignedMessage::from_signing(node).unwrap());
        assert_eq!(template.texts, components.texts);
        assert_eq!(template.join(&["1", "2", "3"]), b"1.2.3");
        assert_eq!(template.without(0).join(&["2", "3"]), b"2.3");
        assert_eq!(template.without(2).join(&["1", "2"]), b"1.2");
        assert_eq!(template.with_separator("\n").join(&["1", "2", "3"]), b"1\n2\n3");
        assert_eq!(
            (template.separator(), components.values[2].name.as_str()),
            (".", "body-sha256-hex")
        );
    }

    #[test]
    fn braces_texts_and_faults_of_a_template_are_read() {
        let read = |text: &str| {
            SignedMessage::from_signing(&json!({ "message": text }))
                .map(|message| message.template())
                .ok()
        };
        for text in [
            "v1.{timestamp}.{body}",
            "{settings.url}{body|base64url}",
            "{/a/b}:{header.X}!",
        ] {
            assert_eq!(read(text).as_deref(), Some(text));
        }
        assert_eq!(read("{{a}}{body}").as_deref(), Some("{a}{body}"));
        for wrong in ["{time}", "{body|md5}", "a}", "{other.x}"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
