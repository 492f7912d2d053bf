//! In: an answer. Out: the same from a newer server, which knows more members and more values. Never: a state that decides what the
//! caller has to do next, nor another value than the caller sent.

use crate::contract::Contract;
use crate::json;
use crate::model::Model;
use crate::operation::Operation;
use crate::requested_faults::Newer;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The name of a member that no contract has.
pub const MEMBER: &str = "sandboxExtra";
/// The note on a call whose answer was changed.
pub(crate) const NOTE: &str = "the response has more than the contract declares";
/// The deepest object that gets a member.
const DEPTH: usize = 16;

/// Texts that the caller sent, each with the name of its member.
pub(crate) type SentTexts = BTreeSet<(String, String)>;

/// Collects the texts of a body.
pub(crate) fn collect(body: &Value, sent: &mut SentTexts) {
    let texts = json::all_members(body).filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    sent.extend(texts);
}

/// Changes a success, and returns `true` if there was something to change.
pub(crate) fn put(
    contract: &Contract,
    model: &Model,
    operation: &Operation,
    newer: Newer,
    sent: &SentTexts,
    body: &mut Value,
) -> bool {
    let Some(answer) = operation.answers.first() else {
        return false;
    };
    match newer {
        Newer::Members => member(contract, &answer.schema, body, 0),
        Newer::Values => {
            let other = value(contract, &answer.schema, sent, body, 0);
            state(contract, model, operation, body) || other
        }
    }
}

/// Adds a member to every object that the contract describes and does not close.
fn member(contract: &Contract, schema: &Value, value: &mut Value, depth: usize) -> bool {
    if depth > DEPTH {
        return false;
    }
    match value {
        Value::Object(members) => {
            let mut changed = false;
            for (name, value) in members.iter_mut() {
                if let Some(property) = contract.property(schema, name) {
                    changed |= member(contract, property, value, depth + 1);
                }
            }
            let is_closed = contract.word(schema, "additionalProperties") == Some(&Value::Bool(false));
            let is_map = contract.properties(schema).is_empty();
            if !is_closed && !is_map {
                members.insert(MEMBER.to_owned(), extra());
                changed = true;
            }
            changed
        }
        Value::Array(items) => {
            let schema = contract.word(schema, "items").cloned().unwrap_or_default();
            let mut changed = false;
            for item in items {
                changed |= member(contract, &schema, item, depth + 1);
            }
            changed
        }
        _ => false,
    }
}

/// The value of a member that no contract has.
pub(crate) fn extra() -> Value {
    json!({ "kept": [1, "two", null] })
}

/// Puts values that no contract has in the place of those of enumerations that are no states: in lists of several items those of the
/// last one, and none in others, so that what a caller looks for is there. A value that the caller sent stays, and so does one that tells
/// the alternatives of a union apart.
fn value(contract: &Contract, schema: &Value, sent: &SentTexts, body: &mut Value, depth: usize) -> bool {
    if depth > DEPTH {
        return false;
    }
    match body {
        Value::Object(members) => {
            let tag = contract.word(schema, "discriminator");
            let tag = tag.and_then(|tag| tag.get("propertyName")?.as_str());
            let mut changed = false;
            for (name, property) in contract.properties(schema) {
                let Some(inner) = members.get_mut(name).filter(|_| tag != Some(name)) else {
                    continue;
                };
                let text = inner
                    .as_str()
                    .filter(|_| is_open(contract, property))
                    .map(str::to_owned);
                match text {
                    Some(text) if !sent.contains(&(name.to_owned(), text.clone())) => {
                        *inner = Value::String(unknown(&text));
                        changed = true;
                    }
                    Some(_) => {}
                    None => changed |= value(contract, property, sent, inner, depth + 1),
                }
            }
            changed
        }
        Value::Array(items) if items.len() > 1 => {
            let item = contract.word(schema, "items").cloned().unwrap_or_default();
            let last = items.last_mut();
            last.is_some_and(|last| value(contract, &item, sent, last, depth + 1))
        }
        _ => false,
    }
}

/// Returns `true` for an enumeration of several values that are no states.
fn is_open(contract: &Contract, schema: &Value) -> bool {
    let values = contract.listed(schema, "enum");
    values.is_some_and(|values| values.len() > 1) && contract.word(schema, "x-lifecycle").is_none()
}

/// Puts a state that no contract has in the place of one in which the owner alone acts.
fn state(contract: &Contract, model: &Model, operation: &Operation, body: &mut Value) -> bool {
    let Some(resource) = Model::answered(operation).and_then(|name| model.resources.get(&name)) else {
        return false;
    };
    let (Some(member), Some(life)) = (&resource.state_member, &resource.lifecycle) else {
        return false;
    };
    let owner = contract.extensions.owner();
    let Some(state) = body.get(member).and_then(Value::as_str).map(str::to_owned) else {
        return false;
    };
    if life.by_owner(owner, &state).is_none() || life.is_callers(owner, &state) {
        return false;
    }
    json::put(body, member, Value::String(unknown(&state)));
    true
}

/// A value that no contract names, written like the values of this one.
pub fn unknown(like: &str) -> String {
    let separator = ["_", "-", "."]
        .into_iter()
        .find(|mark| like.contains(mark))
        .unwrap_or("_");
    let text = ["sandbox", "unknown"].join(separator);
    if like.chars().any(char::is_lowercase) {
        text
    } else {
        text.to_uppercase()
    }
}
