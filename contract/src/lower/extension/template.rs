//! Templates of signed messages (`message`), and `components` with `separator`: text to pieces.
//!
//! In: the text of the contract. Out: pieces, or the fault and what to do. Reports nothing.

use crate::constant::{list, text};
use crate::ir::{BadPointer, Component, Filter, Piece, SignedValue, Word as _};

/// Values of the message of a request.
pub(super) const OF_REQUESTS: &str = "write `method`, `target`, `path`, `query`, `host`, `timestamp`, `expires`, `nonce`, `client-id`, `key-id`, `idempotency-key`, `settings.NAME`, or the body or its hash";
/// Values of the message of a delivery.
pub(super) const OF_DELIVERIES: &str = "write `timestamp`, `nonce`, `header.NAME`, `settings.NAME`, the body or its hash, or with `each` a JSON Pointer into an item";

/// Reads a template: texts, and values in braces; `{{` and `}}` are braces.
pub(super) fn parse_template(template: &str) -> Result<&'static [Piece], (String, &'static str)> {
    let unbalanced = |brace| {
        let message = format!("a `{brace}` of `message` has no counterpart");
        (message, "write a value like `{timestamp}`, or `{{` and `}}` for braces")
    };
    let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), template);
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(doubled) = ["{{", "}}"].into_iter().find(|two| rest.starts_with(two)) {
            plain.push_str(&doubled[1..]);
            rest = &rest[2..];
            continue;
        }
        let inside = rest.strip_prefix('{').ok_or_else(|| unbalanced('}'))?;
        let (inside, after) = inside.split_once('}').ok_or_else(|| unbalanced('{'))?;
        if !plain.is_empty() {
            pieces.push(Piece::Text(text(&std::mem::take(&mut plain))));
        }
        pieces.push(value(inside)?);
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(text(&plain)));
    }
    Ok(list(pieces))
}

/// Returns the pieces of components with a separator between them.
pub(super) fn joined(components: &[Component], separator: &str) -> &'static [Piece] {
    let mut pieces = Vec::new();
    for component in components {
        if !pieces.is_empty() && !separator.is_empty() {
            pieces.push(Piece::Text(text(separator)));
        }
        pieces.push(match component {
            Component::Method => Piece::Value(SignedValue::Method, &[]),
            Component::Target => Piece::Value(SignedValue::Target, &[]),
            Component::BodySha256Hex => Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
            Component::BodySha256Base64 => Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Base64]),
            Component::Timestamp => Piece::Value(SignedValue::Timestamp, &[]),
            Component::Nonce => Piece::Value(SignedValue::Nonce, &[]),
            Component::IdempotencyKey => Piece::Value(SignedValue::IdempotencyKey, &[]),
            Component::ClientId => Piece::Value(SignedValue::ClientId, &[]),
        });
    }
    list(pieces)
}

fn value(inside: &str) -> Result<Piece, (String, &'static str)> {
    let mut words = inside.split('|');
    let name = words.next().unwrap_or_default();
    let plain = SignedValue::PLAIN.iter().find(|(word, _)| *word == name);
    let value = if let Some((_, value)) = plain {
        *value
    } else if let Some(header) = name.strip_prefix("header.") {
        if !crate::ir::is_token(header) {
            return Err((
                format!("a header cannot have the name `{header}`"),
                "write it like `{header.X-Call-Id}`",
            ));
        }
        SignedValue::Header(text(header))
    } else if let Some(setting) = name.strip_prefix("settings.") {
        SignedValue::Setting(text(setting))
    } else if name.starts_with('/') {
        crate::ir::pointer(name).map_err(|BadPointer(help)| (format!("`{name}` is not a JSON Pointer"), help))?;
        SignedValue::Item(text(name))
    } else {
        return Err((format!("`{name}` is not a value of a message"), OF_REQUESTS));
    };
    let filters = words.map(|word| {
        let help = "write `sha256`, `sha512`, `crc32`, `decimal`, `hex`, `base64` or `base64url`";
        Filter::from_word(word).ok_or_else(|| (format!("`{word}` is not a change of a value"), help))
    });
    let filters = filters.collect::<Result<Vec<_>, _>>()?;
    let is_number = |at: usize| at > 0 && filters[at - 1] == Filter::Crc32;
    if (0..filters.len()).any(|at| filters[at] == Filter::Decimal && !is_number(at)) {
        return Err((
            format!("`decimal` in `{inside}` has no number"),
            "write it after `crc32`",
        ));
    }
    Ok(Piece::Value(value, list(filters)))
}

#[cfg(test)]
mod tests {
    use super::{joined, parse_template};
    use crate::ir::{Component, Word as _};

    #[test]
    fn a_template_is_written_as_it_was_read() {
        for template in [
            "{timestamp}.{body}",
            "v1.{timestamp}.{body}",
            "{header.webhook-id}.{timestamp}.{body|sha256|hex}",
            "{{{nonce}}}",
            "{body|crc32|decimal}",
            "{settings.url}{body|base64url}",
            "{/a/b~1c~0d}:{/amount/value}",
            "",
        ] {
            let written: String = parse_template(template)
                .unwrap()
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(written, template);
        }
    }

    #[test]
    fn a_fault_of_a_template_names_it() {
        for (template, fault) in [
            ("{timestamp", "a `{` of `message` has no counterpart"),
            ("a}b", "a `}` of `message` has no counterpart"),
            ("{}", "`` is not a value of a message"),
            ("{time}", "`time` is not a value of a message"),
            ("{body|md5}", "`md5` is not a change of a value"),
            (
                "{body|sha256|decimal}",
                "`decimal` in `body|sha256|decimal` has no number",
            ),
            ("{header.}", "a header cannot have the name ``"),
            ("{header.a b}", "a header cannot have the name `a b`"),
            ("{/a~2}", "`/a~2` is not a JSON Pointer"),
        ] {
            assert_eq!(parse_template(template).unwrap_err().0, fault);
        }
    }

    #[test]
    fn components_are_a_template() {
        let written = |separator| -> String {
            let pieces = joined(
                &Component::WORDS.iter().map(|(_, one)| *one).collect::<Vec<_>>(),
                separator,
            );
            pieces.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            written("\n"),
            "{method}\n{target}\n{body|sha256|hex}\n{body|sha256|base64}\n{timestamp}\n{nonce}\n{client-id}\n{idempotency-key}"
        );
        assert!(written("").starts_with("{method}{target}{body|sha256|hex}"));
    }
}
