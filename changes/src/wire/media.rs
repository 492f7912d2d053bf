//! Media types: whether two are the same, whether one covers another, and what another parameter does to clients.

use std::collections::BTreeMap;

use super::finding::{Breaks, Impact};

/// A media type, or a range of them.
pub(super) struct MediaRange {
    /// Type and subtype, in lower case.
    essence: String,
    /// Parameters that a reader sees, by names in lower case.
    parameters: BTreeMap<String, String>,
}

impl MediaRange {
    /// Reads a media type (RFC 9110, section 8.3.1).
    pub(super) fn new(text: &str) -> Self {
        let mut pieces = pieces(text).into_iter();
        let essence = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_text = essence.starts_with("text/") || essence.ends_with("xml");
        let parameters = pieces.filter_map(|piece| {
            let (name, value) = piece.split_once('=')?;
            let (name, value) = (name.trim().to_ascii_lowercase(), unquoted(value.trim()));
            match name.as_str() {
                // Each message has its boundary, and a weight is no part of the type.
                "boundary" | "q" => None,
                // Formats other than texts define no charset.
                "charset" => is_text.then(|| (name, value.to_ascii_lowercase())),
                _ => Some((name, value)),
            }
        });
        Self {
            parameters: parameters.collect(),
            essence,
        }
    }

    /// Returns true if both are the same in any case and order.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.has_same_essence(other) && self.parameters == other.parameters
    }

    /// Returns true if both have the same type and subtype.
    pub(super) fn has_same_essence(&self, other: &Self) -> bool {
        self.essence == other.essence
    }

    /// Returns true for a range of other types that has all of them with another one.
    pub(super) fn ranges(&self, other: &Self) -> bool {
        let kind = |essence: &str| essence.split('/').next().map(str::to_owned);
        let is_in_range = match self.essence.strip_suffix("/*") {
            Some("*") => true,
            Some(range) => kind(&other.essence).as_deref() == Some(range),
            None => self.essence == "*",
        };
        is_in_range && !self.has_same_essence(other)
    }

    /// Returns true if each message of another type is of this one.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let is_known = |(name, value): (&String, &String)| other.parameters.get(name) == Some(value);
        (self.has_same_essence(other) || self.ranges(other)) && self.parameters.iter().all(is_known)
    }

    /// Returns true if another type has the suffix that names this one: `application/problem+json` for `application/json`.
    pub(super) fn is_suffix_of(&self, other: &Self) -> bool {
        let (Some((kind, suffix)), Some((of, name))) = (self.essence.split_once('/'), other.essence.split_once('/'))
        else {
            return false;
        };
        kind == of && name.rsplit_once('+').is_some_and(|(_, last)| last == suffix)
    }

    /// Returns the effect of other parameters in place of these.
    pub(super) fn effect_of(&self, new: &Self) -> Impact {
        let mut effect = Impact::NONE;
        let names = self.parameters.keys().chain(new.parameters.keys());
        for name in names {
            // A text without a charset has one all the same, which the documents do not name.
            let breaks = if name == "charset" { Breaks::Maybe } else { Breaks::Yes };
            effect = effect.or(match (self.parameters.get(name), new.parameters.get(name)) {
                (Some(one), Some(other)) if one != other => Impact::CHANGED,
                (None, Some(_)) => Impact::new(breaks, Breaks::No),
                (Some(_), None) => Impact::new(Breaks::No, breaks),
                _ => Impact::NONE,
            });
        }
        effect
    }
}

/// Returns true if two texts are one media type.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    MediaRange::new(one).is_same(&MediaRange::new(other))
}

/// Returns a media type without parameters, in lower case.
pub(super) fn essence(name: &str) -> String {
    MediaRange::new(name).essence
}

/// Returns true for a media type of members that are texts.
pub(super) fn is_form(name: &str) -> bool {
    ["application/x-www-form-urlencoded", "multipart/form-data"].contains(&essence(name).as_str())
}

/// Returns true for a media type of XML, or a range that has one.
pub(super) fn is_xml(name: &str) -> bool {
    let of = MediaRange::new(name);
    of.essence.ends_with("/xml") || of.essence.ends_with("+xml") || of.ranges(&MediaRange::new("application/xml"))
}

/// Returns true for a media type of bytes that no schema describes: none of JSON, XML or parts.
pub(super) fn is_opaque(name: &str) -> bool {
    let essence = essence(name);
    let is_json = essence.ends_with("/json") || essence.ends_with("+json") || essence.contains("json-seq");
    !is_json && !is_xml(name) && !essence.starts_with("multipart/")
}

/// Returns the pieces between semicolons; those of a quoted text are a part of it.
fn pieces(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    text.split(|letter| {
        let is_end = letter == ';' && !is_quoted;
        is_quoted ^= letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && is_quoted && !is_escaped;
        is_end
    })
    .collect()
}

/// Returns a value of a parameter without quotes.
fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{MediaRange, is_same};

    #[test]
    fn case_order_quotes_and_the_charset_of_json_do_not_count() {
        for (one, other) in [
            ("Application/JSON", "application/json"),
            ("application/json", "application/json; charset=utf-8"),
            ("a/b;x=1; y=\"2\"", "a/b; Y=2;x=1"),
            ("text/plain; charset=UTF-8", "text/plain;charset=\"utf-8\""),
            ("multipart/mixed; boundary=\"a;b\"", "multipart/mixed"),
        ] {
            assert!(is_same(one, other), "{one} and {other}");
        }
        for (one, other) in [
            ("a/b; version=1", "a/b; version=2"),
            ("a/b; version=A", "a/b; version=a"),
            ("text/plain", "text/plain; charset=utf-8"),
            ("a/b; x=\"1;2\"", "a/b; x=1"),
        ] {
            assert!(!is_same(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn a_range_covers_its_types_and_no_others() {
        let of = MediaRange::new;
        for (range, name) in [
            ("application/*", "application/json"),
            ("*/*", "text/plain"),
            ("a/b", "a/b; version=1"),
        ] {
            assert!(of(range).covers(&of(name)), "{range} and {name}");
            assert!(!of(name).covers(&of(range)), "{name} and {range}");
        }
        assert!(of("application/json").is_suffix_of(&of("application/problem+json")));
        assert!(!of("application/json").covers(&of("application/problem+json")));
        assert!(!of("text/*").covers(&of("application/json")));
        assert!(!of("application/json").is_suffix_of(&of("application/xml")));
    }
}
