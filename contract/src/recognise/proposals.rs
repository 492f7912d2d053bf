//! Keys and signatures that a contract mentions without an extension: what an overlay should describe, with the evidence.
//!
//! In: a contract and its API. Out: proposals. Nothing here changes the API, because only names and texts show these facts.

use crate::constant;
use crate::document::{Document, Operation, Parameter, PathItem};
use crate::ir::{Api, KeyPlace, ParameterLocation, SecurityKind};
use crate::limits::QUOTED;
use crate::source::Node;
use crate::text::Span;

/// A fact for an overlay.
#[derive(Debug)]
pub struct Proposal {
    /// The fact.
    pub subject: ProposedFact,
    /// Number of operations, or of webhooks.
    pub operations: usize,
    /// The facts that show it, with their places.
    pub evidence: Vec<(String, Span)>,
}

/// A fact that an overlay should describe.
#[derive(Debug, PartialEq, Eq)]
pub enum ProposedFact {
    /// An idempotency key.
    Key {
        /// Its header or member.
        place: KeyPlace,
        /// True if operations have it without an extension.
        is_recognised: bool,
        /// Time in seconds that the server remembers it, by a text.
        retention: Option<u32>,
    },
    /// The signature of requests.
    Request {
        /// Header or query parameter.
        location: ParameterLocation,
        /// Its name.
        name: String,
        /// Algorithm that a text names, as an extension writes it.
        algorithm: Option<&'static str>,
    },
    /// The signature of deliveries.
    Delivery {
        /// Its header.
        header: String,
        /// The header with the time.
        timestamp: Option<String>,
        /// Algorithm that a text names, as an extension writes it.
        algorithm: Option<&'static str>,
        /// True for the headers of Standard Webhooks.
        is_standard: bool,
    },
}

/// Names of algorithms without case, blanks and signs, as extensions write them.
const ALGORITHMS: [(&str, &str); 12] = [
    ("hmacsha256", "hmac-sha256"),
    ("sha256hmac", "hmac-sha256"),
    ("hmacsha512", "hmac-sha512"),
    ("sha512hmac", "hmac-sha512"),
    ("ed25519", "ed25519"),
    ("rs256", "rsa-pkcs1-sha256"),
    ("rsasha256", "rsa-pkcs1-sha256"),
    ("rs512", "rsa-pkcs1-sha512"),
    ("ps256", "rsa-pss-sha256"),
    ("es256", "ecdsa-p256-sha256"),
    ("es384", "ecdsa-p384-sha384"),
    ("es512", "ecdsa-p521-sha512"),
];

/// Returns the proposals for a contract: keys first, then signatures of requests, then those of deliveries.
pub fn find(document: &Document, api: &Api) -> Vec<Proposal> {
    let mut found = keys(document, api);
    let signs = |it: &crate::ir::SecurityScheme| matches!(it.kind, SecurityKind::Signing(_));
    if !api.security.iter().any(signs) {
        found.extend(signatures(document, false));
    }
    if api.webhooks.is_none() {
        found.extend(signatures(document, true));
    }
    found
}

/// Returns the keys: those that operations have without an extension, and headers that only a text describes as one.
fn keys(document: &Document, api: &Api) -> Vec<Proposal> {
    let mut found = Vec::new();
    if document.extensions.get("x-idempotency").is_some() {
        return found;
    }
    for (_, operation) in api.operations() {
        if let Some(key) = &operation.declared_key {
            let root = document.tree.root_of(key.origin.span.file);
            let node = root.and_then(|root| root.at(&key.origin.pointer));
            add_key(&mut found, key.place, true, node);
        }
    }
    let unsafe_operations = operations(&document.paths).filter(|operation| !operation.method.is_safe());
    for header in unsafe_operations.flat_map(headers) {
        let name = header.name.to_ascii_lowercase();
        let text = header.description.as_deref().unwrap_or_default();
        let is_described = plain(text).contains("idempoten") || sentence(text, |it| retention(it).is_some()).is_some();
        if name.ends_with("request-id") && is_described {
            let place = KeyPlace::Header(constant::text(&header.name));
            add_key(&mut found, place, false, Some(document.node(header.node)));
        }
    }
    found
}

/// Counts a key of one more operation. The first one with a place has the evidence.
fn add_key(found: &mut Vec<Proposal>, place: KeyPlace, is_recognised: bool, node: Option<Node<'_>>) {
    let text = node.and_then(|node| node.get("description"));
    let kept = text.and_then(|text| {
        let sentence = sentence(text.as_str()?, |it| retention(it).is_some())?;
        Some((retention(&sentence)?, (quotation(&sentence), text.span())))
    });
    let known = found.iter_mut().find(|it| {
        matches!(&it.subject, ProposedFact::Key { place: other, is_recognised: same, .. } if *other == place && *same == is_recognised)
    });
    if let Some(known) = known {
        known.operations += 1;
        if let (ProposedFact::Key { retention, .. }, Some((seconds, quoted))) = (&mut known.subject, kept)
            && *retention != Some(seconds)
        {
            // Of several times the shortest is safe: after it, a second request could pay twice.
            *retention = Some(retention.map_or(seconds, |before| before.min(seconds)));
            known.evidence.push(quoted);
        }
        return;
    }
    let name = match &place {
        KeyPlace::Header(name) => format!("the header `{name}`"),
        KeyPlace::Member(name) => format!("the member `{name}`"),
        KeyPlace::Part { part, member } => format!("the member `{member}` of the part `{part}`"),
    };
    let mut evidence: Vec<_> = node.map(|node| (name, node.span())).into_iter().collect();
    let retention = kept.map(|(seconds, quoted)| {
        evidence.push(quoted);
        seconds
    });
    let subject = ProposedFact::Key {
        place,
        is_recognised,
        retention,
    };
    found.push(Proposal {
        subject,
        operations: 1,
        evidence,
    });
}

/// Returns the parameters that have a signature by their names, of requests or of deliveries.
fn signatures(document: &Document, is_delivery: bool) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = Vec::new();
    let items = if is_delivery {
        &document.webhooks
    } else {
        &document.paths
    };
    for operation in operations(items) {
        let is_signature = |it: &&Parameter| {
            let name = it.name.to_ascii_lowercase();
            match it.location {
                ParameterLocation::Header => name.split('-').next_back() == Some("signature"),
                ParameterLocation::Query => name == "signature" && !is_delivery,
                _ => false,
            }
        };
        let Some(parameter) = operation.parameters.iter().find(is_signature) else {
            continue;
        };
        let subject = if is_delivery {
            delivery(operation, parameter)
        } else {
            request(parameter)
        };
        if let Some(known) = found.iter_mut().find(|it| it.subject == subject) {
            known.operations += 1;
            continue;
        }
        let node = document.node(parameter.node);
        let mut evidence = vec![(format!("the parameter `{}`", parameter.name), node.span())];
        let is_about = |text: &str| plain(text).contains("sign") || algorithm(text).is_some();
        let text = node.get("description");
        let quoted = text.and_then(|text| Some((sentence(text.as_str()?, is_about)?, text.span())));
        evidence.extend(quoted.map(|(sentence, span)| (quotation(&sentence), span)));
        found.push(Proposal {
            subject,
            operations: 1,
            evidence,
        });
    }
    found
}

/// Describes a signature of requests.
fn request(parameter: &Parameter) -> ProposedFact {
    ProposedFact::Request {
        location: parameter.location,
        name: parameter.name.clone(),
        algorithm: parameter.description.as_deref().and_then(algorithm),
    }
}

/// Describes a signature of deliveries.
fn delivery(operation: &Operation, parameter: &Parameter) -> ProposedFact {
    let ends_with = |end: &str| {
        let found = headers(operation).find(|it| it.name.to_ascii_lowercase().ends_with(end));
        found.map(|it| it.name.clone())
    };
    let is_standard = parameter.name.eq_ignore_ascii_case("webhook-signature")
        && ends_with("webhook-id").is_some()
        && ends_with("webhook-timestamp").is_some();
    ProposedFact::Delivery {
        header: parameter.name.clone(),
        timestamp: ends_with("timestamp"),
        algorithm: parameter.description.as_deref().and_then(algorithm),
        is_standard,
    }
}

/// Returns the operations of path items.
fn operations(items: &[PathItem]) -> impl Iterator<Item = &Operation> {
    items.iter().flat_map(|item| &item.operations)
}

/// Returns the header parameters of an operation.
fn headers(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let parameters = operation.parameters.iter();
    parameters.filter(|parameter| parameter.location == ParameterLocation::Header)
}

/// Returns a text in lower case, with letters and digits alone.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the algorithm that a text names. A text with several names none.
fn algorithm(text: &str) -> Option<&'static str> {
    let text = plain(text);
    let mut named = ALGORITHMS
        .iter()
        .filter(|(name, _)| text.contains(name))
        .map(|(_, word)| *word);
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// Returns the first sentence with a property, on one line.
fn sentence(text: &str, has: impl Fn(&str) -> bool) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split_inclusive(". ")
        .map(str::trim)
        .find(|it| has(it))
        .map(str::to_owned)
}

/// Returns a quotation of a sentence.
fn quotation(sentence: &str) -> String {
    match sentence.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("\"{}..\"", &sentence[..end]),
        None => format!("\"{sentence}\""),
    }
}

/// Returns the time in seconds of a sentence about a time limit, such as `valid for 24 hours`.
fn retention(sentence: &str) -> Option<u32> {
    let is_kept = |word: &str| {
        let begins = [
            "valid", "kept", "keep", "stor", "remember", "retain", "expire", "within", "cache",
        ];
        begins.iter().any(|begin| word.starts_with(begin))
    };
    let lower = sentence.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|it| !it.is_empty())
        .collect();
    if !words.iter().any(|word| is_kept(word)) {
        return None;
    }
    words.windows(2).find_map(|pair| {
        let unit = match pair[1].trim_end_matches('s') {
            "second" => 1,
            "minute" => 60,
            "hour" | "hr" => 3_600,
            "day" => 86_400,
            _ => return None,
        };
        pair[0].parse::<u32>().ok()?.checked_mul(unit)
    })
}
