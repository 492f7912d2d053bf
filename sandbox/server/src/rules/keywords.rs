//! In: words of a contract that are not in the rule language: signing, keys, codes, lists and webhooks. Out: what in them nobody would
//! read. Never: a contract that does not use this vocabulary.

use crate::contract::Contract;
use crate::json;
use crate::origin::Wrong;
use crate::suggestions::suggestion;
use serde_json::Value;

/// A row of the registry, whose name is a code.
const ROW: &str = "x-problem-registry/";

/// The members of each word, by the path to them.
const MEMBERS: [(&str, &str); 23] = [
    (
        "x-signing",
        "algorithm encoding secret message separator components jws http oauth1 headers query settings timestamp nonce lifetime freshness problems theirs",
    ),
    ("x-signing/headers", "clientId timestamp nonce"),
    ("x-signing/nonce", "minLength maxLength pattern format"),
    ("x-signing/problems", "client signature expired replayed"),
    (
        "x-idempotency",
        "header on member key retention replayed problems conflict inProgress notAfter minimumDelay scope intent subject existing",
    ),
    ("x-idempotency/key", "minLength maxLength"),
    ("x-idempotency/replayed", "header value"),
    ("x-idempotency/problems", "conflict inProgress"),
    ("x-idempotency/conflict", "status at is"),
    ("x-idempotency/inProgress", "status at is"),
    ("x-retry", "advice statuses wait"),
    ("x-retry/wait", "header unit"),
    ("x-retry/advice", "header again never"),
    ("x-pagination", "cursor limit items next more done"),
    ("x-pagination/next", "header link url last offset total page pages"),
    ("x-webhooks", "signing envelope resources causes events"),
    (
        "x-webhooks/signing",
        "scheme algorithm encoding secret message separator components headers read timestamp freshness settings each signature theirs publicKey jws keys",
    ),
    ("x-webhooks/signing/headers", "timestamp nonce signature"),
    ("x-webhooks/envelope", "schema id type resourceType resourceId"),
    (
        ROW,
        "status title outcome retry newKey correctClock stored actor advice",
    ),
    ("x-problem-registry//outcome", "creating otherwise"),
    ("x-payload-hash", "algorithm encoding canonical into problem inputs of"),
    ("x-sdk/requestId", "header echoed required"),
];

/// The texts that a member can have.
const TEXTS: [(&str, &str); 5] = [
    ("x-idempotency/intent", "effect refresh"),
    ("x-problem-registry//outcome", "not-executed unknown"),
    ("x-problem-registry//outcome/creating", "not-executed unknown"),
    ("x-problem-registry//outcome/otherwise", "not-executed unknown"),
    ("x-problem-registry//retry", "again resign-once after-change never"),
];

/// Whole numbers.
const NUMBERS: [&str; 3] = [
    "x-signing/freshness",
    "x-webhooks/signing/freshness",
    "x-idempotency/retention",
];

/// Members whose values are codes of the registry.
const CODES: [&str; 3] = [
    "x-signing/problems/",
    "x-idempotency/problems/",
    "x-payload-hash/problem",
];

/// Tells of members that nobody reads, of values that nobody understands, and of codes that the registry does not have.
pub(super) fn check<'a>(contract: &Contract, node: &'a Value, wrong: &mut Vec<Wrong<'a>>) {
    match node {
        Value::Object(members) => {
            // Examples are data.
            for (name, member) in members
                .iter()
                .filter(|(name, _)| !["example", "examples"].contains(&name.as_str()))
            {
                if name.starts_with("x-") {
                    told(contract, name, member, wrong);
                }
                check(contract, member, wrong);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| check(contract, item, wrong)),
        _ => {}
    }
}

fn told<'a>(contract: &Contract, path: &str, node: &'a Value, wrong: &mut Vec<Wrong<'a>>) {
    let known = MEMBERS.iter().find(|(known, _)| *known == path);
    let known: Option<Vec<&str>> = known.map(|(_, names)| names.split(' ').collect());
    for (name, member) in node.as_object().into_iter().flatten() {
        let below = if path == "x-problem-registry" {
            ROW.to_owned()
        } else {
            format!("{path}/{name}")
        };
        let at = |why: String| Wrong::new(node, why).at(name);
        let text = member.as_str();
        if let Some(known) = known
            .as_ref()
            .filter(|known| !known.contains(&name.as_str()) && !name.starts_with("x-"))
        {
            let why = format!("there is no such keyword{}", suggestion(name, known.iter().copied()));
            wrong.push(at(why).name());
        }
        if let Some((_, texts)) = TEXTS.iter().find(|(known, _)| *known == below)
            && !text.is_some_and(|text| texts.split(' ').any(|known| known == text))
            && !(member.is_object() && MEMBERS.iter().any(|(known, _)| *known == below))
        {
            let known = suggestion(text.unwrap_or_default(), texts.split(' '));
            wrong.push(at(format!("there is no such value{known}")));
        }
        let is_other = match below.as_str() {
            "x-idempotency/retention" => text == Some("unknown"),
            "x-webhooks/signing/freshness" => text == Some("none") || member.is_object(),
            _ => false,
        };
        if NUMBERS.contains(&below.as_str()) && member.as_u64().is_none() && !is_other {
            wrong.push(at("it is not a number of seconds".to_owned()));
        }
        let registry = &contract.extensions.registry;
        let code = text.filter(|code| !registry.is_empty() && !registry.contains_key(*code));
        if let Some(code) = code.filter(|_| CODES.iter().any(|known| below.starts_with(known))) {
            let known = suggestion(code, registry.keys().map(String::as_str));
            wrong.push(at(format!("`{code}` is not in `x-problem-registry`{known}")));
        }
        // Members without a table are of others, such as an operation below an event.
        if known.is_some() || ["x-sdk", "x-problem-registry"].contains(&path) {
            told(contract, &below, member, wrong);
        }
    }
}

/// Tells of lists whose items are not where the contract says.
pub(super) fn lists<'a>(contract: &'a Contract, wrong: &mut Vec<Wrong<'a>>) {
    for operation in &contract.operations {
        let (Some(pointer), Some(answer)) = (operation.items(), operation.answers.first()) else {
            continue;
        };
        if answer.media.is_some() && contract.schema_at(&answer.schema, &json::tokens(pointer)).is_none() {
            let own = contract.node_of(operation).and_then(|node| node.get("x-pagination"));
            let node = own
                .filter(|own| own.get("items").is_some())
                .or_else(|| contract.root.get("x-pagination"));
            let why = format!("the response of `{}` has no member `{pointer}`", operation.id);
            wrong.extend(node.map(|node| Wrong::new(node, why).at("items")));
        }
    }
}
