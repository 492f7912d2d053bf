//! In: the refusals that an operation declares. Out: the one that fits best, with the reason where its schema has a place for it. Never: a
//! document that does not match the schema, where an example or the schema itself leads to one that does.

use crate::contract::Contract;
use crate::example;
use crate::operation::{Answer, Operation};
use crate::schema::{Schemas, Way};
use serde_json::Value;

/// Members of a refusal that have its reason, the most usual first.
const REASONS: [&str; 9] = [
    "message",
    "detail",
    "msg",
    "description",
    "reason",
    "error",
    "title",
    "text",
    "details",
];

/// The body of a refusal; without a media type it has no content.
pub(crate) struct Body {
    pub(crate) media: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// The response that an operation declares for the first of these statuses; `ANY` stands for a range or the default.
pub(crate) fn choose<'a>(operation: &'a Operation, statuses: &[u16]) -> Option<&'a Answer> {
    let with = |status: &u16| operation.refusals.iter().find(|answer| answer.status == *status);
    statuses.iter().find_map(with)
}

/// The body that a response declares; `None` where it is neither JSON nor text.
pub(crate) fn body(contract: &Contract, schemas: &Schemas, answer: &Answer, reason: &str) -> Option<Body> {
    let Some(media) = &answer.media else {
        return Some(Body {
            media: None,
            bytes: Vec::new(),
        });
    };
    if media.starts_with("text/plain") {
        return Some(Body {
            media: Some(format!("{media}; charset=utf-8")),
            bytes: format!("{reason}\n").into_bytes(),
        });
    }
    let is_any = media.contains('*');
    (is_any || media.contains("json")).then(|| {
        let document = document(contract, schemas, answer, reason);
        Body {
            media: Some(if is_any { "application/json" } else { media }.to_owned()),
            bytes: serde_json::to_vec(&document).unwrap_or_default(),
        }
    })
}

/// The first of these that matches the schema: the example or what the schema describes, each with the reason and without.
fn document(contract: &Contract, schemas: &Schemas, answer: &Answer, reason: &str) -> Value {
    let schema = &answer.schema;
    let plain = answer.example.iter().cloned().chain([example::of(contract, schema)]);
    let plain: Vec<Value> = plain.collect();
    let explained = plain.iter().cloned().map(|mut document| {
        explain(contract, schema, reason, &mut document, 0);
        document
    });
    let all: Vec<Value> = explained.chain(plain.iter().cloned()).collect();
    let is_valid = |document: &&Value| schemas.check(contract, schema, Way::Answer, document).is_empty();
    let found = all.iter().find(is_valid).or_else(|| all.get(plain.len() - 1));
    found.cloned().unwrap_or_default()
}

/// Puts a reason where a document has one. Returns `false` where it has none.
fn explain(contract: &Contract, schema: &Value, reason: &str, document: &mut Value, depth: usize) -> bool {
    match document {
        Value::Object(members) => {
            let is_free = |name: &str| {
                let property = contract.property(schema, name).unwrap_or(&Value::Null);
                ["enum", "const", "format", "pattern", "maxLength"]
                    .iter()
                    .all(|word| contract.word(property, word).is_none())
            };
            let mut names = REASONS.iter().filter(|name| is_free(name));
            if let Some(text) =
                names.find_map(|name| members.get_mut(*name).filter(|text| text.is_string()).map(|_| *name))
            {
                members.insert(text.to_owned(), Value::String(reason.to_owned()));
                return true;
            }
            members.iter_mut().any(|(name, member)| {
                let property = contract.property(schema, name);
                property.is_some_and(|property| depth < 4 && explain(contract, property, reason, member, depth + 1))
            })
        }
        Value::Array(items) => {
            let item = contract.word(schema, "items").unwrap_or(&Value::Null);
            items
                .first_mut()
                .is_some_and(|first| explain(contract, item, reason, first, depth + 1))
        }
        _ => false,
    }
}
