//! In: a signature that does not fit. Out: which component differs from what the request's headers imply, found by
//! signing plausible mistakes; else the components that were expected. Never: the secret, or the body.

use crate::clock::Instant;
use crate::encode;
use crate::extensions::{MacEncoding, Signing};
use crate::message::{Filter, Signed, ValueSource};
use crate::signature::{self, MessageValues};

/// The secrets that a mistaken signature may have been made with.
#[derive(Debug)]
pub(crate) struct Secrets<'a> {
    pub(crate) client: &'a str,
    pub(crate) webhook: &'a str,
}

/// The mistake that explains a signature.
#[derive(Debug)]
pub(crate) struct Diagnosis {
    pub(crate) text: String,
    /// The place of the component that differs, and what was signed in its stead; `None` where it was left out.
    pub(crate) signed: Option<(usize, Option<String>)>,
}

impl Diagnosis {
    fn of_all(text: String) -> Self {
        Self { text, signed: None }
    }
}

/// Says in lines what differs.
pub(crate) fn explain(signing: &Signing, parts: &MessageValues, given: &str, secrets: &Secrets<'_>) -> String {
    let found = find(signing, parts, given, secrets);
    let mut lines = vec![found.map_or_else(
        || {
            "no common mistake explains it: compare the secret first, and then each component with the signed one"
                .to_owned()
        },
        |found| found.text,
    )];
    lines.push("expected components, in this order:".to_owned());
    for value in &signing.message.values {
        lines.push(format!("{}: {:?}", value.name, parts.text(value)));
    }
    lines.push(format!("signed: {:?}", signing.message.template()));
    lines.join("\n")
}

/// The usual mistake that makes the signature that was given, if one does.
pub(crate) fn find(signing: &Signing, parts: &MessageValues, given: &str, secrets: &Secrets<'_>) -> Option<Diagnosis> {
    let key = signature::key_bytes(&signing.secret, secrets.client).unwrap_or_default();
    let given_bytes = signature::decode(signing.encoding, given);
    let right = signature::mac(signing, &key, &parts.message(signing));
    if given_bytes.as_deref() == Some(&right) || other_form(&right, given) {
        Some(Diagnosis::of_all(format!(
            "the MAC is right, but {} is not written as {}",
            signing.signature_header,
            form(signing.encoding)
        )))
    } else {
        let fits = |message: &[u8], key: &[u8]| {
            let mac = signature::mac(signing, key, message);
            given_bytes.as_deref() == Some(&mac) || other_form(&mac, given)
        };
        component(signing, parts, &|message| fits(message, &key)).or_else(|| secret(signing, parts, secrets, &fits))
    }
}

fn form(encoding: MacEncoding) -> &'static str {
    match encoding {
        MacEncoding::Hex => "lower-case hex",
        MacEncoding::Base64 => "padded base64 in the standard alphabet",
        MacEncoding::Base64Url => "base64 in the URL-safe alphabet, without padding",
    }
}

fn other_form(mac: &[u8], given: &str) -> bool {
    encode::hex(mac).eq_ignore_ascii_case(given) || encode::unbase64(given).as_deref() == Some(mac)
}

/// Changes one value after the other in the usual wrong ways.
fn component(signing: &Signing, parts: &MessageValues, fits: &dyn Fn(&[u8]) -> bool) -> Option<Diagnosis> {
    let message = &signing.message;
    let texts: Vec<String> = message.values.iter().map(|value| parts.text(value)).collect();
    for (index, value) in message.values.iter().enumerate() {
        for (what, text) in variants(value, parts) {
            let mut changed = texts.clone();
            changed[index].clone_from(&text);
            if fits(&message.join(&changed)) {
                return Some(Diagnosis {
                    text: format!("`{}` differs: the signed value is {what}", value.name),
                    signed: Some((index, Some(text))),
                });
            }
        }
        let mut fewer = texts.clone();
        fewer.remove(index);
        if fits(&message.without(index).join(&fewer)) {
            return Some(Diagnosis {
                text: format!("`{}` differs: it is missing together with its separator", value.name),
                signed: Some((index, None)),
            });
        }
    }
    let joined = message.join(&texts);
    let separated = |separator| message.with_separator(separator).join(&texts);
    for (what, base) in [
        (
            "a separator follows the last component",
            [&joined, message.separator().as_bytes()].concat(),
        ),
        ("a line feed follows the last component", [&joined[..], b"\n"].concat()),
        ("the components are joined by CR LF", separated("\r\n")),
        ("the components are joined by LF", separated("\n")),
        ("the components are joined by nothing", separated("")),
    ] {
        if fits(&base) {
            return Some(Diagnosis::of_all(format!("the separator differs: {what}")));
        }
    }
    order(signing, &texts, fits).map(|found| {
        let names = found.into_iter().map(|index| message.values[index].name.as_str());
        let names: Vec<_> = names.collect();
        Diagnosis::of_all(format!("the order of the components differs: {}", names.join(", ")))
    })
}

fn variants(value: &Signed, parts: &MessageValues) -> Vec<(&'static str, String)> {
    match value.source {
        ValueSource::Method => vec![
            ("in lower case", parts.method.to_ascii_lowercase()),
            ("GET", "GET".to_owned()),
            ("POST", "POST".to_owned()),
        ],
        ValueSource::Target => targets(&parts.target),
        ValueSource::Body => bodies(parts, value),
        ValueSource::Timestamp => times(&parts.timestamp),
        ValueSource::IdempotencyKey if parts.idempotency_key.is_empty() => {
            vec![("null", "null".to_owned())]
        }
        _ => vec![
            ("empty", String::new()),
            ("in lower case", parts.text(value).to_ascii_lowercase()),
            ("in upper case", parts.text(value).to_ascii_uppercase()),
        ],
    }
}

fn targets(target: &str) -> Vec<(&'static str, String)> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let decoded = encode::percent_decode(target, false).unwrap_or_else(|| target.to_owned());
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    let mut out = vec![
        ("the path without the query", path.to_owned()),
        ("with a `?` but no query", format!("{path}?")),
        ("percent-decoded", decoded.clone()),
        ("with a space for `+`", target.replace('+', " ")),
        ("with `+` for `%20`", target.replace("%20", "+")),
        ("with sorted query pairs", format!("{path}?{}", pairs.join("&"))),
        ("with a slash at the end", format!("{path}/")),
        ("percent-encoded once more", target.replace('%', "%25")),
        ("empty", String::new()),
    ];
    // The base URL may have a prefix: the client may have signed the path without it, or with a prefix of its own.
    let slashes = path.match_indices('/').filter(|(at, _)| *at > 0);
    out.extend(slashes.map(|(at, _)| ("without the first segments of the path", target[at..].to_owned())));
    out.retain(|(_, text)| text != target);
    out
}

fn bodies(parts: &MessageValues, value: &Signed) -> Vec<(&'static str, String)> {
    let hash = |bytes: Vec<u8>| {
        MessageValues {
            body: bytes,
            ..MessageValues::default()
        }
        .text(value)
    };
    let text = String::from_utf8_lossy(&parts.body).into_owned();
    let mut out = vec![
        ("the hash of no bytes", hash(Vec::new())),
        ("the hash of `{}`", hash(b"{}".to_vec())),
        (
            "the hash of the body without white space at its ends",
            hash(text.trim().as_bytes().to_vec()),
        ),
        (
            "the hash of the body and a line feed",
            hash(format!("{text}\n").into_bytes()),
        ),
        ("empty", String::new()),
        ("the body itself", text),
        ("the hash in upper case", hash(parts.body.clone()).to_ascii_uppercase()),
        (
            "the hash in another encoding",
            parts.text(&Signed {
                filters: value
                    .filters
                    .iter()
                    .map(|filter| match filter {
                        Filter::Hex => Filter::Base64,
                        Filter::Base64 | Filter::Base64Url => Filter::Hex,
                        other => *other,
                    })
                    .collect(),
                ..value.clone()
            }),
        ),
    ];
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(&parts.body) {
        out.push((
            "the hash of the same JSON, written compactly",
            hash(serde_json::to_vec(&value).unwrap_or_default()),
        ));
        out.push((
            "the hash of the same JSON, written over several lines",
            hash(serde_json::to_vec_pretty(&value).unwrap_or_default()),
        ));
        out.push((
            "the hash of the same JSON in canonical form",
            hash(encode::canonical_json(&value)),
        ));
    }
    out
}

fn times(text: &str) -> Vec<(&'static str, String)> {
    let mut out = vec![("empty", String::new())];
    if let Some(moment) = Instant::parse(text) {
        let plain = moment.rfc3339();
        let head = plain.trim_end_matches('Z').to_owned();
        out.push(("the same instant in whole seconds with `Z`", plain));
        out.push(("the same instant with `+00:00`", format!("{head}+00:00")));
        out.push((
            "the same instant with milliseconds",
            format!("{head}.{:03}Z", moment.nanos / 1_000_000),
        ));
        out.push(("the same instant in Unix seconds", moment.seconds.to_string()));
        for near in -3..=3 {
            let near = Instant {
                seconds: moment.seconds + near,
                nanos: 0,
            };
            out.push(("another time than in the header, some seconds apart", near.rfc3339()));
        }
    } else if let Ok(seconds) = text.parse::<i64>() {
        out.push(("the same instant as RFC 3339", Instant { seconds, nanos: 0 }.rfc3339()));
        out.push(("the same instant in milliseconds", format!("{seconds}000")));
        for near in -3..=3 {
            out.push((
                "another time than in the header, some seconds apart",
                (seconds + near).to_string(),
            ));
        }
    }
    out.retain(|(_, variant)| variant != text);
    out
}

/// Another order of the same components, if one fits.
fn order(signing: &Signing, texts: &[String], fits: &dyn Fn(&[u8]) -> bool) -> Option<Vec<usize>> {
    fn next(order: &mut Vec<usize>, count: usize, test: &dyn Fn(&[usize]) -> bool) -> bool {
        if order.len() == count {
            return test(order);
        }
        for index in 0..count {
            if !order.contains(&index) {
                order.push(index);
                if next(order, count, test) {
                    return true;
                }
                order.pop();
            }
        }
        false
    }
    let mut found = Vec::new();
    let test = |order: &[usize]| {
        let texts: Vec<_> = order.iter().map(|&index| texts[index].as_str()).collect();
        fits(&signing.message.join(&texts))
    };
    (texts.len() <= 8 && next(&mut found, texts.len(), &test)).then_some(found)
}

fn secret(
    signing: &Signing,
    parts: &MessageValues,
    secrets: &Secrets<'_>,
    fits: &dyn Fn(&[u8], &[u8]) -> bool,
) -> Option<Diagnosis> {
    let message = parts.message(signing);
    let client = secrets.client;
    let variants: [(&str, Option<Vec<u8>>); 6] = [
        ("its text", Some(client.as_bytes().to_vec())),
        ("the bytes of its hexadecimal form", encode::unhex(client)),
        ("the bytes of its base64 form", encode::unbase64(client)),
        ("its text and a line feed", Some(format!("{client}\n").into_bytes())),
        ("the webhook secret instead", Some(secrets.webhook.as_bytes().to_vec())),
        ("nothing", Some(Vec::new())),
    ];
    let mut variants = variants.into_iter();
    let found = variants.find(|(_, key)| key.as_ref().is_some_and(|key| fits(&message, key)));
    found.map(|(what, _)| Diagnosis::of_all(format!("the key differs: the client used {what}")))
}
