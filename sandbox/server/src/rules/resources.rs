//! In: `x-lifecycle`, `x-ledger` and `x-records` of resources. Out: the expressions of their transitions, and what their states post and
//! record. Never: a state, an operation or a member that does not exist.

use super::row::{self, Booking, CompiledStep, Recording, RuleRow, TypedValue, rows};
use crate::contract::Contract;
use crate::error::suggestion;
use crate::formula::Type;
use crate::json;
use crate::model::{Model, ResourceKind};
use crate::origin::Defect;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const TEXT: Type<'static> = Type::Text(None);

pub(super) fn bookings<'a>(
    contract: &'a Contract,
    model: &'a Model,
    wrong: &mut Vec<Defect<'a>>,
) -> BTreeMap<String, Vec<Booking>> {
    let word = "x-ledger";
    unused(contract, model, word, wrong);
    let of = |(name, resource): (&'a String, &'a crate::model::ResourceKind)| {
        let rows = rows(contract, contract.word(&resource.schema, word), wrong, |row| {
            booking(contract, model, name, row)
        });
        (name.clone(), rows)
    };
    model.resources.iter().map(of).collect()
}

pub(super) fn records<'a>(
    contract: &'a Contract,
    model: &'a Model,
    wrong: &mut Vec<Defect<'a>>,
) -> BTreeMap<String, Vec<Recording>> {
    let word = "x-records";
    unused(contract, model, word, wrong);
    let mut found: BTreeMap<String, Vec<Recording>> = BTreeMap::new();
    for (name, resource) in &model.resources {
        let rows = rows(contract, contract.word(&resource.schema, word), wrong, |row| {
            recording(contract, model, name, row)
        });
        for (of, mut row) in rows {
            let known = found.entry(of).or_default();
            row.part = known.iter().filter(|other| other.schema == row.schema).count();
            known.push(row);
        }
    }
    for (name, resource) in &model.resources {
        if let Some(node) = contract
            .word(&resource.schema, word)
            .filter(|_| makes_itself(&found, name))
        {
            let why = format!("each {name} would create another one: its rows with `once` refer back to it");
            wrong.push(Defect::new(node, why));
        }
    }
    found
}

/// Returns `true` if rows with `once` lead from a schema to itself.
fn makes_itself(rows: &BTreeMap<String, Vec<Recording>>, name: &str) -> bool {
    let made = |of: &str| {
        let rows = rows.get(of).into_iter().flatten();
        rows.filter(|row| row.once)
            .map(|row| row.schema.clone())
            .collect::<Vec<_>>()
    };
    let (mut next, mut seen) = (made(name), BTreeSet::new());
    while let Some(schema) = next.pop() {
        if schema == name {
            return true;
        }
        if seen.insert(schema.clone()) {
            next.extend(made(&schema));
        }
    }
    false
}

/// Reports an extension on a component that is not a resource: it would have no effect.
fn unused<'a>(contract: &'a Contract, model: &'a Model, word: &str, wrong: &mut Vec<Defect<'a>>) {
    let used = model.resources.values();
    let used: Vec<&Value> = used
        .filter_map(|resource| contract.word(&resource.schema, word))
        .collect();
    for (name, schema) in json::members(contract.root.pointer("/components/schemas")) {
        let Some(node) = schema.get(word).filter(|node| node.is_array()) else {
            continue;
        };
        if !used.iter().any(|one| std::ptr::eq(*one, node)) {
            let why = format!("{name} is not a resource: no operation returns it or lists it");
            wrong.push(Defect::new(schema, why).at(word).name());
        }
    }
}

fn booking<'a>(contract: &'a Contract, model: &'a Model, name: &str, row: &'a Value) -> Result<Booking, Defect<'a>> {
    let entry = RuleRow::new(row, &["from", "to", "when", "debit", "credit", "unit", "amount"])?;
    let scope = || row::scope_of_resource(contract, model, name);
    let states = model.states(contract, name);
    Ok(Booking {
        from: entry.state("from", name, &states)?,
        to: entry.state("to", name, &states)?.ok_or_else(|| entry.missing("to"))?,
        when: entry.formula("when", scope(), &Type::Bool)?,
        debit: entry.needed_formula("debit", scope(), &TEXT)?,
        credit: entry.needed_formula("credit", scope(), &TEXT)?,
        unit: entry.needed_formula("unit", scope(), &TEXT)?,
        amount: entry.needed_formula("amount", scope(), &Type::Decimal)?,
    })
}

fn recording<'a>(
    contract: &'a Contract,
    model: &'a Model,
    name: &str,
    row: &'a Value,
) -> Result<(String, Recording), Defect<'a>> {
    let entry = RuleRow::new(row, &["of", "when", "once", "members"])?;
    let of = entry.needed("of")?;
    let others = model
        .resources
        .keys()
        .map(String::as_str)
        .filter(|other| *other != name);
    if !others.clone().any(|other| other == of) {
        let known = suggestion(of, others);
        return Err(entry.wrong("of", format!("there is no other resource `{of}`{known}")));
    }
    let scope = || row::scope_of_resource(contract, model, of);
    let members = entry.assignments("members", TypedValue::of_resource(contract, model, name), scope)?;
    let recording = Recording {
        schema: name.to_owned(),
        part: 0,
        once: entry.flag("once")?,
        when: entry.formula("when", scope(), &Type::Bool)?,
        members: members.ok_or_else(|| entry.missing("members"))?,
    };
    Ok((of.to_owned(), recording))
}

/// Compiles the transitions of every lifecycle for every resource that has it. One status can be that of several schemas, so that
/// an expression has to fit one of them.
pub(super) fn steps<'a>(
    contract: &'a Contract,
    model: &'a Model,
    wrong: &mut Vec<Defect<'a>>,
) -> BTreeMap<String, Vec<Option<CompiledStep>>> {
    let mut found = BTreeMap::new();
    let mut lives: Vec<(&Value, Vec<Result<(), Defect<'a>>>)> = Vec::new();
    for (name, resource) in &model.resources {
        let Some(life) = node(contract, resource) else { continue };
        if !lives.iter().any(|(known, _)| std::ptr::eq(*known, life)) {
            check(contract, &model.states(contract, name), life, wrong);
            lives.push((life, Vec::new()));
        }
        let fits = lives.iter_mut().find(|(known, _)| std::ptr::eq(*known, life));
        let Some((_, fits)) = fits else { continue };
        let mut steps = Vec::new();
        for (number, row) in json::items(life.get("transitions")).enumerate() {
            let step = step(contract, model, name, row);
            let fit = step.as_ref().map(|_| ()).map_err(Defect::clone);
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

fn node<'a>(contract: &'a Contract, resource: &'a ResourceKind) -> Option<&'a Value> {
    contract.word(resource.state_property(contract)?, "x-lifecycle")
}

/// Tells of states, operations and words that do not exist.
fn check<'a>(contract: &'a Contract, states: &[&str], life: &'a Value, wrong: &mut Vec<Defect<'a>>) {
    let unknown = |text: &str| format!("there is no state `{text}`{}", suggestion(text, states.iter().copied()));
    for word in ["initial", "done", "terminal", "needsAction", "usable"] {
        let node = life.get(word).unwrap_or(&Value::Null);
        for (number, state) in listed(node) {
            if let Some(text) = state.as_str().filter(|text| !states.contains(text)) {
                let told = Defect::new(life, unknown(text)).at(word);
                wrong.push(number.map_or(told.clone(), |number| told.at(&number.to_string())));
            }
        }
    }
    let owner = contract.extensions.owner();
    let operations = || contract.operations.iter().map(|operation| operation.id.as_str());
    rows(contract, life.get("transitions"), wrong, |row| {
        let entry = RuleRow::new(row, &["from", "to", "by", "after", "when", "set"])?;
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
            let known = suggestion(by, operations().chain([owner]));
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

fn step<'a>(contract: &'a Contract, model: &'a Model, name: &str, row: &'a Value) -> Result<CompiledStep, Defect<'a>> {
    let entry = RuleRow { node: row };
    let scope = || row::scope_of_resource(contract, model, name);
    let at = match row.get("after") {
        Some(Value::String(_)) => entry.formula("after", scope(), &Type::Instant)?,
        Some(Value::Number(seconds)) if seconds.as_u64().is_some_and(|seconds| i64::try_from(seconds).is_ok()) => None,
        Some(_) => {
            let why = "it is neither a whole number of seconds nor an expression";
            return Err(entry.wrong("after", why));
        }
        None => None,
    };
    let set = entry.assignments("set", TypedValue::of_resource(contract, model, name), scope)?;
    Ok(CompiledStep {
        at,
        when: entry.formula("when", scope(), &Type::Bool)?,
        set: set.unwrap_or_default(),
    })
}
