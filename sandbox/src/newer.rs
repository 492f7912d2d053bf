//! In: an answer. Out: the same from a newer server, which knows more members and more values. Never: a member or a state that
//! decides what the caller has to do next.

use crate::contract::Contract;
use crate::forced::Newer;
use crate::json;
use crate::model::Model;
use crate::operation::Operation;
use serde_json::{Map, Value};

/// The name of a member that no contract has.
pub(crate) const MEMBER: &str = "sandboxExtra";
/// The note on a call whose answer was changed.
pub(crate) const NOTE: &str = "the answer has more than the contract knows";
/// The deepest object that gets a member.
const DEPTH: usize = 16;

/// Changes a success, and returns `true` if there was something to change.
pub(crate) fn put(contract: &Contract, model: &Model, operation: &Operation, newer: Newer, body: &mut Value) -> bool {
    let Some(answer) = operation.answers.first() else {
        return false;
    };
    match newer {
        Newer::Members => member(contract, &answer.schema, body, 0),
        Newer::Values => state(contract, model, operation, body),
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

fn extra() -> Value {
    let kept = vec![Value::from(1), Value::from("two"), Value::Null];
    Value::Object(Map::from_iter([("kept".to_owned(), Value::Array(kept))]))
}

/// Puts a state that no contract has in the place of one in which the owner alone acts.
fn state(contract: &Contract, model: &Model, operation: &Operation, body: &mut Value) -> bool {
    let Some(resource) = Model::answered(operation).and_then(|(name, _)| model.resources.get(&name)) else {
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
    json::set(
        body,
        &format!("/{}", json::token(member)),
        Value::String(unknown(&state)),
    );
    true
}

/// A value that no contract names, written like the values of this one.
pub(crate) fn unknown(like: &str) -> String {
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
