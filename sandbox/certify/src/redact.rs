//! In: what a program sent and printed. Out: the same for a report, without what must not be read there. Never: a secret of the
//! examination, or the value of a member that the contract calls sensitive.

use crate::round::Round;
use sdkwright_sandbox_server::record::{self, Contract};
use serde_json::Value;
use std::collections::BTreeSet;

const SECRET: &str = "[secret]";
const SENSITIVE: &str = "[sensitive]";
/// Headers that carry credentials, whatever the contract says.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];
/// The longest body that is shown.
const BODY: usize = 4_000;

/// Texts and members that no report shows.
#[derive(Debug)]
pub(crate) struct Redactor {
    secrets: Vec<String>,
    members: BTreeSet<String>,
}

impl Redactor {
    pub(crate) fn new(contract: &Contract, rounds: &[Round]) -> Self {
        let all = rounds.iter().flat_map(|round| &round.secrets);
        Self {
            secrets: all
                .flat_map(|secret| forms(secret))
                .filter(|text| !text.is_empty())
                .collect(),
            members: sensitive(contract),
        }
    }

    pub(crate) fn text(&self, text: &str) -> String {
        let replace = |text: String, secret: &String| text.replace(secret, SECRET);
        self.secrets.iter().fold(text.to_owned(), replace)
    }

    pub(crate) fn header(&self, name: &str, value: &str) -> String {
        if CREDENTIALS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return SECRET.to_owned();
        }
        self.text(value)
    }

    /// A request target; values of sensitive parameters are left out.
    pub(crate) fn target(&self, target: &str) -> String {
        let Some((path, query)) = target.split_once('?') else {
            return self.text(target);
        };
        let pair = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if self.members.contains(name) => format!("{name}={SENSITIVE}"),
            _ => pair.to_owned(),
        };
        let pairs: Vec<String> = query.split('&').map(pair).collect();
        self.text(&format!("{path}?{}", pairs.join("&")))
    }

    /// A body, in lines; of one that is no JSON only the length.
    pub(crate) fn body(&self, bytes: &[u8]) -> String {
        if bytes.is_empty() {
            return String::new();
        }
        let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else {
            return format!("[{} bytes]", bytes.len());
        };
        self.redact(&mut value);
        let text = serde_json::to_string_pretty(&value).unwrap_or_default();
        let mut text = self.text(&text);
        if let Some((end, _)) = text.char_indices().nth(BODY) {
            text.truncate(end);
            text.push('…');
        }
        text
    }

    fn redact(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    if self.members.contains(name) && !value.is_null() {
                        *value = Value::String(SENSITIVE.to_owned());
                    } else {
                        self.redact(value);
                    }
                }
            }
            other => record::children_mut(other).for_each(|child| self.redact(child)),
        }
    }
}

/// The texts that show a secret: itself, as hexadecimal digits, and as base64 of both alphabets, at the beginning of what is encoded or
/// behind other bytes, such as `id:secret`.
pub(super) fn forms(secret: &str) -> Vec<String> {
    let hex = record::hex(secret.as_bytes());
    let mut forms = vec![secret.to_owned(), hex.to_uppercase(), hex];
    for before in 0..3 {
        let text = record::base64(&[&vec![0; before], secret.as_bytes()].concat());
        // Characters that also depend on bytes around the secret are left out.
        let (first, last) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
        let own = text.get(first..last).unwrap_or_default().to_owned();
        forms.extend([own.replace('+', "-").replace('/', "_"), own]);
    }
    forms
}

/// The names of members and parameters that the contract calls sensitive.
fn sensitive(contract: &Contract) -> BTreeSet<String> {
    let is_sensitive = |schema: &Value| contract.word(schema, "x-sensitive") == Some(&Value::Bool(true));
    let mut found = BTreeSet::new();
    for node in record::nodes(&contract.root) {
        let properties = node.get("properties").and_then(Value::as_object);
        let sensitive = properties.into_iter().flatten();
        let sensitive = sensitive.filter(|(_, schema)| is_sensitive(schema) || is_sensitive(node));
        found.extend(sensitive.map(|(name, _)| name.clone()));
        if let Some(name) = node.get("name").and_then(Value::as_str)
            && (is_sensitive(node) || node.get("schema").is_some_and(is_sensitive))
        {
            found.insert(name.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_behind_any_number_of_other_bytes() {
        let secret = "73616e64626f78-\u{fb}\u{ff}-secret";
        for before in ["", "a", "ab", "abc", "north:"] {
            let text = record::base64(format!("{before}{secret}:more").as_bytes());
            let of_urls = text.replace('+', "-").replace('/', "_");
            for text in [text, of_urls, record::hex(secret.as_bytes())] {
                assert!(forms(secret).iter().any(|form| text.contains(form)), "{before} {text}");
            }
        }
        assert!(
            !forms(secret)
                .iter()
                .any(|form| "bm90IGEgc2VjcmV0IGF0IGFsbA".contains(form))
        );
    }
}
