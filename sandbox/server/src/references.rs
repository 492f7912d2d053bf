//! In: a body and its schema. Out: the resources that its members name by their ids, by `x-newtype`. Never: a member whose
//! schema does not say what it names.

use crate::contract::Contract;
use crate::json;
use crate::model::Model;
use serde_json::Value;

/// The id of a resource in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceReference {
    pub(crate) pointer: String,
    /// The member.
    pub(crate) member: String,
    pub(crate) kind: String,
    pub(crate) id: String,
    /// `true` for one of many.
    pub(crate) in_list: bool,
}

/// The name of a resource in rules: that of the member or parameter with its id, without `Id`.
pub(crate) fn name(member: &str, kind: &str) -> String {
    let stem = |text: &str| {
        let ends = ["Id", "ID", "_id", "-id"].iter().find_map(|end| text.strip_suffix(end));
        ends.unwrap_or(text).to_owned()
    };
    let stem = if member.eq_ignore_ascii_case("id") {
        stem(kind)
    } else {
        stem(member)
    };
    let mut letters = stem.replace('-', "_").chars().collect::<Vec<_>>();
    if let Some(first) = letters.first_mut() {
        *first = first.to_ascii_lowercase();
    }
    letters.into_iter().collect()
}

/// The kind of resource that a member names.
fn kind<'a>(contract: &'a Contract, model: &Model, property: &'a Value) -> Option<&'a str> {
    let kind = contract.text(property, "x-newtype")?;
    model.is_id(kind).then_some(kind)
}

/// The references of a value.
pub(crate) fn find_all(contract: &Contract, model: &Model, schema: &Value, value: &Value) -> Vec<ResourceReference> {
    let mut found = Vec::new();
    contract.visit(schema, value, "", &mut |pointer, schema, value| {
        let Some((kind, id)) = kind(contract, model, schema).zip(json::id(value)) else {
            return;
        };
        let (indices, mut names): (Vec<_>, Vec<_>) = json::tokens(pointer)
            .into_iter()
            .partition(|token| token.parse::<usize>().is_ok());
        found.push(ResourceReference {
            pointer: pointer.to_owned(),
            member: names.pop().unwrap_or_default(),
            kind: kind.to_owned(),
            id,
            in_list: !indices.is_empty(),
        });
    });
    found
}

/// The members of a schema, at any depth but not in lists, that name a resource: each with its kind.
pub(crate) fn declared(contract: &Contract, model: &Model, schema: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    declare(contract, model, schema, 0, &mut found);
    found
}

fn declare(contract: &Contract, model: &Model, schema: &Value, depth: usize, found: &mut Vec<(String, String)>) {
    if depth > 6 {
        return;
    }
    for (member, property) in contract.properties(schema) {
        match kind(contract, model, property) {
            Some(kind) => found.push((member.to_owned(), kind.to_owned())),
            None => declare(contract, model, property, depth + 1, found),
        }
    }
}
