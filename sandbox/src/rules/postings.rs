//! In: `x-ledger` and `x-records` of resources. Out: what their states post and record. Never: a state that they do not have.

use super::compiled::{Booking, Recording};
use super::entry::{Entry, rows};
use super::scopes;
use crate::contract::Contract;
use crate::formula::Type;
use crate::model::Model;
use crate::near;
use crate::origin::Wrong;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const TEXT: Type<'static> = Type::Text(None);

pub(super) fn bookings<'a>(
    contract: &'a Contract,
    model: &'a Model,
    wrong: &mut Vec<Wrong<'a>>,
) -> BTreeMap<String, Vec<Booking>> {
    let word = "x-ledger";
    unused(contract, model, word, wrong);
    let of = |(name, resource): (&'a String, &'a crate::model::Resource)| {
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
    wrong: &mut Vec<Wrong<'a>>,
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
            wrong.push(Wrong::new(node, why));
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

/// Tells of a word on a component that is no resource: nothing would come of it.
fn unused<'a>(contract: &'a Contract, model: &'a Model, word: &str, wrong: &mut Vec<Wrong<'a>>) {
    let components = contract.root.pointer("/components/schemas").and_then(Value::as_object);
    let used = model.resources.values();
    let used: Vec<&Value> = used
        .filter_map(|resource| contract.word(&resource.schema, word))
        .collect();
    for (name, schema) in components.into_iter().flatten() {
        let Some(node) = schema.get(word).filter(|node| node.is_array()) else {
            continue;
        };
        if !used.iter().any(|one| std::ptr::eq(*one, node)) {
            let why = format!("{name} is not a resource: no operation returns it or lists it");
            wrong.push(Wrong::new(schema, why).at(word).name());
        }
    }
}

fn booking<'a>(contract: &'a Contract, model: &'a Model, name: &str, row: &'a Value) -> Result<Booking, Wrong<'a>> {
    let entry = Entry::of(row, &["from", "to", "when", "debit", "credit", "unit", "amount"])?;
    let scope = || scopes::of_resource(contract, model, name);
    let state = |member: &str| {
        let state = entry.text(member)?;
        let states = model.states(contract, name);
        if let Some(state) = state.filter(|state| !states.contains(state)) {
            let why = format!("{name} has no state `{state}`{}", near::suggestion(state, states));
            return Err(entry.wrong(member, why));
        }
        Ok(state.map(str::to_owned))
    };
    Ok(Booking {
        from: state("from")?,
        to: state("to")?.ok_or_else(|| entry.missing("to"))?,
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
) -> Result<(String, Recording), Wrong<'a>> {
    let entry = Entry::of(row, &["of", "when", "once", "members"])?;
    let of = entry.needed("of")?;
    let mut others = model
        .resources
        .keys()
        .map(String::as_str)
        .filter(|other| *other != name);
    if !others.any(|other| other == of) {
        let others = model
            .resources
            .keys()
            .map(String::as_str)
            .filter(|other| *other != name);
        let why = format!("there is no other resource `{of}`{}", near::suggestion(of, others));
        return Err(entry.wrong("of", why));
    }
    let scope = || scopes::of_resource(contract, model, of);
    let schema = model
        .resources
        .get(name)
        .map_or(&Value::Null, |resource| &resource.schema);
    let members = entry.assignments("members", (contract, name, schema), scope)?;
    let recording = Recording {
        schema: name.to_owned(),
        part: 0,
        once: entry.flag("once")?,
        when: entry.formula("when", scope(), &Type::Bool)?,
        members: members.ok_or_else(|| entry.missing("members"))?,
    };
    Ok((of.to_owned(), recording))
}
