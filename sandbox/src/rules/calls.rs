//! In: `x-rules`, `x-derives` and `x-scenarios` of operations. Out: conditions of calls, computed members of answers and endings. Never: a
//! code that the operation does not list.

use super::compiled::{Condition, Derived, Ruling};
use super::entry::{self, Entry, rows};
use super::{scenarios, scopes};

use crate::contract::Contract;
use crate::formula::{self, Scope, Type};
use crate::model::Model;
use crate::near;
use crate::operation::Operation;
use crate::origin::Wrong;
use serde_json::Value;
use std::cell::LazyCell;
use std::collections::BTreeMap;

pub(super) fn read<'a>(
    contract: &'a Contract,
    model: &'a Model,
    wrong: &mut Vec<Wrong<'a>>,
) -> BTreeMap<String, Ruling> {
    let mut found = BTreeMap::new();
    for operation in &contract.operations {
        let Some(node) = contract.node_of(operation) else {
            continue;
        };
        // Many operations have no expressions, and the expressions of one have the same variables.
        let scope = LazyCell::new(|| scopes::of_operation(contract, model, operation));
        let scope = || Scope::clone(&scope);
        let ruling = Ruling {
            conditions: rows(contract, node.get("x-rules"), wrong, |row| {
                condition(contract, operation, scope, row)
            }),
            derived: rows(contract, node.get("x-derives"), wrong, |row| {
                derived(contract, operation, scope, row)
            }),
            scenarios: scenarios::read(contract, model, operation, scope, node.get("x-scenarios"), wrong),
        };
        wrong.extend(expensive(node, &ruling));
        found.insert(operation.id.clone(), ruling);
    }
    found
}

/// Tells of an operation whose expressions cost too much together.
fn expensive<'a>(node: &'a Value, ruling: &Ruling) -> Option<Wrong<'a>> {
    let conditions = ruling.conditions.iter().map(|one| one.formula.cost);
    let derived = ruling.derived.iter().map(|one| one.formula.cost);
    let scenarios = ruling.scenarios.iter().map(|one| one.when.cost);
    let cost = conditions.chain(derived).chain(scenarios).fold(0, u64::saturating_add);
    let words = ["x-rules", "x-derives", "x-scenarios"];
    let word = words.into_iter().find(|word| node.get(word).is_some())?;
    let why = format!(
        "the estimated cost of all expressions of the operation is {}, but {} is allowed; add `maxItems` to the lists that they use",
        formula::thousands(cost),
        formula::thousands(formula::LIMIT)
    );
    (cost > formula::LIMIT).then(|| Wrong::new(node, why).at(word).name())
}

fn condition<'a>(
    contract: &'a Contract,
    operation: &'a Operation,
    scope: impl Fn() -> Scope<'a>,
    row: &'a Value,
) -> Result<Condition, Wrong<'a>> {
    let entry = Entry::of(row, &["rule", "message", "code", "at"])?;
    let code = entry.text("code")?;
    if let Some(code) = code.filter(|code| !operation.problems.iter().any(|known| known == code)) {
        let known = near::suggestion(code, operation.problems.iter().map(String::as_str));
        return Err(entry.wrong(
            "code",
            format!("`{code}` is not in `x-problems` of the operation{known}"),
        ));
    }
    let at = entry.text("at")?;
    if let Some(at) = at {
        let media = operation.body.iter().flat_map(|body| &body.media);
        let places = media.map(|(_, schema)| entry::place(contract, "the body", schema, at));
        let place = places.reduce(Result::or);
        let place = place.unwrap_or_else(|| Err("the operation has no body".to_owned()));
        place.map_err(|why| entry.wrong("at", why))?;
    }
    Ok(Condition {
        formula: entry.needed_formula("rule", scope(), &Type::Bool)?,
        message: entry.needed("message")?.to_owned(),
        code: code.map(str::to_owned),
        at: at.map(str::to_owned),
    })
}

fn derived<'a>(
    contract: &'a Contract,
    operation: &'a Operation,
    scope: impl Fn() -> Scope<'a>,
    row: &'a Value,
) -> Result<Derived, Wrong<'a>> {
    let entry = Entry::of(row, &["member", "value"])?;
    let member = entry.needed("member")?;
    let answer = operation.answers.first().map(|answer| &answer.schema);
    let schema = answer.ok_or_else(|| entry.wrong("member", "the operation has no success response"))?;
    let name = Contract::component(schema).unwrap_or_else(|| "the answer".to_owned());
    let place = entry::place(contract, &name, schema, member).map_err(|why| entry.wrong("member", why))?;
    let mut scope = scope();
    if operation.pagination.is_none() {
        scope.add_schema("self", schema);
    }
    Ok(Derived {
        member: member.to_owned(),
        formula: entry.needed_formula("value", scope, &Type::of(contract, place))?,
    })
}
