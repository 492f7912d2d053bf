//! In: `x-lifecycle` of the states of resources. Out: the expressions of each transition. Never: a state, an operation or a member that
//! does not exist.

use super::compiled::Step;
use super::entry::{Entry, rows};
use super::scopes;
use crate::contract::Contract;
use crate::formula::Type;
use crate::model::{Model, Resource};
use crate::near;
use crate::origin::Wrong;
use serde_json::Value;
use std::collections::BTreeMap;

/// Compiles the transitions of every lifecycle for every resource that has it. One status can be that of several schemas, so that
/// an expression has to fit one of them.
pub(super) fn read<'a>(
    contract: &'a Contract,
    model: &'a Model,
    wrong: &mut Vec<Wrong<'a>>,
) -> BTreeMap<String, Vec<Option<Step>>> {
    let mut found = BTreeMap::new();
    let mut lives: Vec<(&Value, Vec<Result<(), Wrong<'a>>>)> = Vec::new();
    for (name, resource) in &model.resources {
        let Some(life) = node(contract, resource) else { continue };
        if !lives.iter().any(|(known, _)| std::ptr::eq(*known, life)) {
            check(contract, &model.states(contract, name), life, wrong);
            lives.push((life, Vec::new()));
        }
        let fits = lives.iter_mut().find(|(known, _)| std::ptr::eq(*known, life));
        let Some((_, fits)) = fits else { continue };
        let transitions = life.get("transitions").and_then(Value::as_array);
        let mut steps = Vec::new();
        for (number, row) in transitions.into_iter().flatten().enumerate() {
            let step = step(contract, model, (name, resource), row);
            let fit = step.as_ref().map(|_| ()).map_err(Wrong::clone);
            steps.push(step.ok());
            match fits.get_mut(number) {
                Some(known) if known.is_err() => *known = fit.or_else(|_| known.clone()),
                Some(_) => {}
                None => fits.push(fit),
            }
        }
        found.insert(name.clone(), steps);
    }
    let fits = lives.into_iter().flat_map(|(_, fits)| fits);
    wrong.extend(fits.filter_map(Result::err));
    found
}

fn node<'a>(contract: &'a Contract, resource: &'a Resource) -> Option<&'a Value> {
    let member = resource.state_member.as_ref()?;
    contract.word(contract.property(&resource.schema, member)?, "x-lifecycle")
}

/// Tells of states, operations and words that do not exist.
fn check<'a>(contract: &'a Contract, states: &[&str], life: &'a Value, wrong: &mut Vec<Wrong<'a>>) {
    let unknown = |text: &str| {
        format!(
            "there is no state `{text}`{}",
            near::suggestion(text, states.iter().copied())
        )
    };
    for word in ["initial", "done", "terminal", "needsAction", "usable"] {
        let node = life.get(word).unwrap_or(&Value::Null);
        for (number, state) in listed(node) {
            if let Some(text) = state.as_str().filter(|text| !states.contains(text)) {
                let told = Wrong::new(life, unknown(text)).at(word);
                wrong.push(number.map_or(told.clone(), |number| told.at(&number.to_string())));
            }
        }
    }
    let owner = contract.extensions.owner();
    let operations = || contract.operations.iter().map(|operation| operation.id.as_str());
    rows(contract, life.get("transitions"), wrong, |row| {
        let entry = Entry::of(row, &["from", "to", "by", "after", "when", "set"])?;
        for word in ["from", "to"] {
            let node = row.get(word).ok_or_else(|| entry.missing(word))?;
            for (number, state) in listed(node) {
                if state.as_str().is_none_or(|text| !states.contains(&text)) {
                    let text = state.as_str().map_or_else(|| state.to_string(), str::to_owned);
                    let told = entry.wrong(word, unknown(&text));
                    return Err(number.map_or(told.clone(), |number| told.at(&number.to_string())));
                }
            }
        }
        let by = entry.needed("by")?;
        if by != owner && !operations().any(|id| id == by) {
            let known = near::suggestion(by, operations().chain([owner]));
            let why = format!("`{by}` is neither an operation nor the party of `x-sdk.owner`, `{owner}`{known}");
            return Err(entry.wrong("by", why));
        }
        Ok(())
    });
}

/// A value, or each of a list with its number.
fn listed(node: &Value) -> Vec<(Option<usize>, &Value)> {
    match node {
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (Some(at), item)).collect(),
        Value::Null => Vec::new(),
        one => vec![(None, one)],
    }
}

fn step<'a>(
    contract: &'a Contract,
    model: &'a Model,
    (name, resource): (&str, &'a Resource),
    row: &'a Value,
) -> Result<Step, Wrong<'a>> {
    let entry = Entry { node: row };
    let scope = || scopes::of_resource(contract, model, name);
    let at = match row.get("after") {
        Some(Value::String(_)) => entry.formula("after", scope(), &Type::Instant)?,
        Some(Value::Number(seconds)) if seconds.as_u64().is_some_and(|seconds| i64::try_from(seconds).is_ok()) => None,
        Some(_) => {
            let why = "it is neither a whole number of seconds nor an expression";
            return Err(entry.wrong("after", why));
        }
        None => None,
    };
    let set = entry.assignments("set", (contract, name, &resource.schema), scope)?;
    Ok(Step {
        at,
        when: entry.formula("when", scope(), &Type::Bool)?,
        set: set.unwrap_or_default(),
    })
}
