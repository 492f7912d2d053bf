//! In: what a contract says in the rule language. Out: the same, compiled: conditions, computed members, steps, postings and records.
//! Never: a rule that names what is not there.

mod calls;
mod compiled;
mod entry;
mod lives;
mod postings;
mod scenarios;
mod schemas;
mod scopes;
mod words;

use crate::contract::Contract;
use crate::error::Error;
use crate::formula::Formula;
use crate::model::Model;
use crate::near;
use crate::operation::Operation;
use crate::origin::Wrong;
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) use compiled::{Booking, Condition, Led, Recording, Ruling, Scenario, Step};
pub(crate) use entry::{Entry, rows};
pub(crate) use scopes::of_resource as scope_of_resource;

/// Everything that the rules of a contract say.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    operations: BTreeMap<String, Ruling>,
    /// By schema.
    bookings: BTreeMap<String, Vec<Booking>>,
    /// By schema, one for each transition of its lifecycle; `None` for one that is about members that the schema does not have.
    steps: BTreeMap<String, Vec<Option<Step>>>,
    /// By the schema of the resource that is recorded.
    records: BTreeMap<String, Vec<Recording>>,
    /// Rules of schemas, by their texts.
    schemas: BTreeMap<String, Formula>,
}

impl Rules {
    /// Compiles everything that a contract says, or tells all that is wrong with it.
    pub(crate) fn read(contract: &Contract, model: &Model) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        if contract.is_ours() {
            misspelt(&contract.root, &mut wrong);
            dangling(contract, &contract.root, &mut wrong);
            words::check(contract, &contract.root, &mut wrong);
            words::lists(contract, &mut wrong);
        }
        let rules = Self {
            operations: calls::read(contract, model, &mut wrong),
            steps: lives::read(contract, model, &mut wrong),
            bookings: postings::bookings(contract, model, &mut wrong),
            records: postings::records(contract, model, &mut wrong),
            schemas: schemas::read(contract, &mut wrong),
        };
        if wrong.is_empty() {
            Ok(rules)
        } else {
            Err(contract.wrong(&wrong))
        }
    }

    /// Takes the rules of schemas.
    pub(crate) fn take_schemas(&mut self) -> BTreeMap<String, Formula> {
        std::mem::take(&mut self.schemas)
    }

    pub(crate) fn records(&self, of: &str) -> &[Recording] {
        self.records.get(of).map_or(&[], Vec::as_slice)
    }

    /// Returns `true` if resources of a schema record what others did.
    pub(crate) fn is_record(&self, schema: &str) -> bool {
        self.records.values().flatten().any(|one| one.schema == schema)
    }

    /// Returns `true` if an answer is computed from the ledger.
    pub(crate) fn reads_ledger(&self, operation: &str) -> bool {
        let derived = self.of(operation).map_or(&[][..], |ruling| &ruling.derived);
        derived
            .iter()
            .any(|one| one.formula.uses.iter().any(|name| name == "ledger"))
    }

    /// The formula of the items of a list, where they follow from something else.
    pub(crate) fn derived_list(&self, operation: &Operation) -> Option<&Formula> {
        let items = operation.pagination.as_ref()?.get("items")?.as_str()?;
        let mut derived = self.of(&operation.id)?.derived.iter();
        derived.find(|one| one.member == items).map(|one| &one.formula)
    }

    pub(crate) fn steps(&self, schema: &str) -> &[Option<Step>] {
        self.steps.get(schema).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn bookings(&self, schema: &str) -> &[Booking] {
        self.bookings.get(schema).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn of(&self, operation: &str) -> Option<&Ruling> {
        self.operations.get(operation)
    }
}

const WORDS: [&str; 17] = [
    "x-rules",
    "x-derives",
    "x-ledger",
    "x-records",
    "x-lifecycle",
    "x-scenarios",
    "x-seed",
    "x-newtype",
    "x-signing",
    "x-idempotency",
    "x-pagination",
    "x-webhooks",
    "x-problems",
    "x-problem-registry",
    "x-payload-hash",
    "x-bound",
    "x-repeats",
];

/// Tells of references within the contract that lead nowhere: what they stand for would not be checked.
fn dangling<'a>(contract: &'a Contract, node: &'a Value, wrong: &mut Vec<Wrong<'a>>) {
    match node {
        Value::Object(members) => {
            let end = contract.resolve(node).get("$ref").and_then(Value::as_str);
            if let Some(end) = end.filter(|end| end.starts_with('#')) {
                wrong.push(Wrong::new(node, format!("the target of `{end}` does not exist")).at("$ref"));
            }
            // Examples are data.
            let of_contract = members
                .iter()
                .filter(|(name, _)| !["example", "examples"].contains(&name.as_str()));
            of_contract.for_each(|(_, member)| dangling(contract, member, wrong));
        }
        Value::Array(items) => items.iter().for_each(|item| dangling(contract, item, wrong)),
        _ => {}
    }
}

/// Tells of names that are nearly one of our words, which nobody would read.
fn misspelt<'a>(node: &'a Value, wrong: &mut Vec<Wrong<'a>>) {
    match node {
        Value::Object(members) => {
            for (name, member) in members {
                if let Some(known) = near::misspelt(name, &WORDS) {
                    let why = format!("there is no such keyword; did you mean `{known}`?");
                    wrong.push(Wrong::new(node, why).at(name).name());
                }
                misspelt(member, wrong);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| misspelt(item, wrong)),
        _ => {}
    }
}
