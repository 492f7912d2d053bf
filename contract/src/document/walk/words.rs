//! Checks a value of a fixed set. A value that is valid elsewhere is reported as unsupported, not as a misspelling.

use crate::diag::{Code, Diagnostic, Report};
use crate::document::dialects::is_tabs;
use crate::document::ledger::ValueKind;
use crate::ir::{Scalar, TimestampFormat, Word as _};
use crate::source::{Node, NodeKind};

/// Values that are valid in the field or in another specification, but not supported.
struct Elsewhere {
    /// A supported value of the set, which no other set has.
    beside: &'static str,
    what: &'static str,
    values: &'static [&'static str],
}

const ELSEWHERE: &[Elsewhere] = &[
    Elsewhere {
        beside: "hmac-sha256",
        what: "algorithm",
        values: &[
            "hmac-md5",
            "hmac-sha1",
            "hmac-sha224",
            "hmac-sha384",
            "hmac-sha512",
            "hmac-sha512-256",
            "hmac-sha3-256",
            "hmac-sha3-512",
            "rsa-sha256",
            "rsa-sha512",
            "rsa-v1_5-sha256",
            "rsa-pss-sha256",
            "rsa-pss-sha512",
            "ecdsa-p256-sha256",
            "ecdsa-p384-sha384",
            "ed25519",
            "hs256",
            "hs384",
            "hs512",
            "rs256",
            "rs512",
            "ps256",
            "es256",
            "es384",
            "eddsa",
        ],
    },
    Elsewhere {
        beside: "sha256",
        what: "hash",
        values: &[
            "md5",
            "sha1",
            "sha224",
            "sha384",
            "sha512",
            "sha512-256",
            "sha3-256",
            "sha3-512",
            "blake2b",
            "blake3",
        ],
    },
    Elsewhere {
        beside: "hex",
        what: "encoding",
        values: &["base16", "base32", "base58", "base64url", "binary", "ascii"],
    },
    Elsewhere {
        beside: TimestampFormat::NAMES[0],
        what: "time format",
        values: &[
            "unix-millis",
            "unix-milliseconds",
            "unix-micros",
            "unix-nanos",
            "iso8601",
            "rfc1123",
            "rfc2822",
            "rfc7231",
            "rfc9110",
            "http-date",
        ],
    },
    Elsewhere {
        beside: "path",
        what: "parameter location of Swagger 2.0",
        values: &["body", "formData"],
    },
    Elsewhere {
        beside: "path",
        what: "parameter location of OpenAPI 3.2",
        values: &["querystring"],
    },
    Elsewhere {
        beside: "deepObject",
        what: "parameter style of Swagger 2.0",
        values: &["csv", "ssv", "tsv", "pipes", "multi"],
    },
    Elsewhere {
        beside: "deepObject",
        what: "parameter style of OpenAPI 3.2",
        values: &["cookie"],
    },
    Elsewhere {
        beside: "mutualTLS",
        what: "type of security scheme of Swagger 2.0",
        values: &["basic"],
    },
    Elsewhere {
        beside: "object",
        what: "type of Swagger 2.0",
        values: &["file"],
    },
];

/// Reports a text where a whole number or a value of another kind is.
pub(super) fn no_number(node: Node<'_>, other: &ValueKind, report: &mut Report) {
    let words = match other {
        ValueKind::Words(words) | ValueKind::Either(ValueKind::Words(words), _) => words,
        _ => &[][..],
    };
    let text = node.as_str().unwrap_or_default();
    let named: Vec<String> = words.iter().map(|word| format!(" or `{word}`")).collect();
    let message = format!("`{text}` is not a whole number{}", named.concat());
    let wrong = Diagnostic::new(Code::WrongValue, message).at(node.span());
    let wrong = wrong.did_you_mean(text, words.iter().copied());
    report.push(match seconds(text) {
        Some(seconds) => wrong.help(format!("times are in seconds: write `{seconds}`")),
        None => wrong,
    });
}

/// Returns the seconds of a text such as `24h`, `1 day` or `PT30M`; `None` for any other text.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let plain = text.to_ascii_lowercase().replace([' ', '_'], "");
    let plain = plain.strip_prefix("pt").or(plain.strip_prefix('p')).unwrap_or(&plain);
    let (number, unit) = plain.split_at(plain.find(|c: char| !c.is_ascii_digit()).unwrap_or(plain.len()));
    let each = match unit {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(each)
}

/// Checks that a node is one of these words.
pub(super) fn one_of(node: Node<'_>, words: &[&str], report: &mut Report) {
    let Some(word) = node.as_str() else {
        wrong_kind(node, "a text", report);
        return;
    };
    if words.contains(&word) || is_tabs(node, &report.sources) {
        return;
    }
    let list: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let list = list.join(", ");
    let plain = word.to_ascii_lowercase().replace('_', "-");
    let is_it = |value: &&str| value.to_ascii_lowercase().replace('_', "-") == plain;
    let mut elsewhere = ELSEWHERE.iter().filter(|set| words.contains(&set.beside));
    let known = elsewhere.rfind(|set| set.values.iter().any(is_it));
    if let Some(set) = known {
        let message = format!(
            "`{word}` is a valid {} that is not supported; supported: {list}",
            set.what
        );
        let help = match words {
            [only] => format!("write `{only}` if the server supports it"),
            _ => "write a supported value if the server supports it".to_owned(),
        };
        report.fault(Code::Unsupported, node.span(), message, help);
        return;
    }
    let wrong = Diagnostic::new(Code::WrongValue, format!("`{word}` is not one of {list}")).at(node.span());
    let wrong = wrong.did_you_mean(word, words.iter().copied());
    report.push(if wrong.help.is_empty() {
        wrong.help("write one of these values, or remove the keyword")
    } else {
        wrong
    });
}

/// Reports a value of another kind than `wanted`.
pub(super) fn wrong_kind(node: Node<'_>, wanted: &str, report: &mut Report) {
    let message = format!("expected {wanted}, found {}", describe(node));
    let place = if node.kind() == NodeKind::Scalar && !node.is_null() {
        node.span()
    } else {
        node.name_span()
    };
    let seconds = node.as_str().filter(|_| wanted == "a whole number").and_then(seconds);
    let help = match seconds {
        Some(seconds) => format!("write {wanted} here, such as `{seconds}` (times are in seconds)"),
        None => format!("write {wanted} here, or remove it"),
    };
    report.fault(Code::WrongKind, place, message, help);
}

pub(super) fn describe(node: Node<'_>) -> &'static str {
    match (node.kind(), node.scalar()) {
        (NodeKind::Map, _) => "an object",
        (NodeKind::Seq, _) => "a list",
        (_, Some(Scalar::Null) | None) => "nothing",
        (_, Some(Scalar::Bool(_))) => "a boolean",
        (_, Some(Scalar::Number(_))) => "a number",
        (_, Some(Scalar::String(_))) => "a text",
    }
}
