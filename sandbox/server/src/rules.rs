//! In: what a contract says in the rule language. Out: the same, compiled: conditions, computed members, steps, postings and records.
//! Never: a rule that names what is not there.

mod resources;
mod row;
mod scenarios;

use crate::contract::Contract;
use crate::error::{Error, suggestion};
use crate::formula::{Formula, Scope, Type};
use crate::json;
use crate::model::Model;
use crate::operation::Operation;
use crate::origin::Defect;
pub(crate) use row::{
    Booking, CompiledStep, LedResource, Recording, RequestCondition, RuleRow, Ruling, Scenario, rows, scope_of_resource,
};
use row::{Derived, TypedValue};
use serde_json::Value;
use std::cell::LazyCell;
use std::collections::BTreeMap;

/// Everything that the rules of a contract say.
#[derive(Debug, Default)]
pub(crate) struct ContractRules {
    operations: BTreeMap<String, Ruling>,
    /// By schema.
    bookings: BTreeMap<String, Vec<Booking>>,
    /// By schema, one for each transition of its lifecycle; `None` for one that is about members that the schema does not have.
    steps: BTreeMap<String, Vec<Option<CompiledStep>>>,
    /// By the schema of the resource that is recorded.
    records: BTreeMap<String, Vec<Recording>>,
    /// Rules of schemas, by their texts.
    schemas: BTreeMap<String, Formula>,
}

impl ContractRules {
    /// Compiles everything that a contract says, or tells all that is wrong with it.
    pub(crate) fn compile(contract: &Contract, model: &Model) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        if contract.is_ours() {
            dangling(contract, &contract.root, &mut wrong);
            lists(contract, &mut wrong);
        }
        let rules = Self {
            operations: read_operations(contract, model, &mut wrong),
            steps: resources::steps(contract, model, &mut wrong),
            bookings: resources::bookings(contract, model, &mut wrong),
            records: resources::records(contract, model, &mut wrong),
            schemas: read_schema_rules(contract, &mut wrong),
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
        let derived = self.ruling(operation).map_or(&[][..], |ruling| &ruling.derived);
        derived
            .iter()
            .any(|one| one.formula.uses.iter().any(|name| name == "ledger"))
    }

    /// The formula of the items of a list, where they follow from something else.
    pub(crate) fn derived_list(&self, operation: &Operation) -> Option<&Formula> {
        let items = operation.items()?;
        let mut derived = self.ruling(&operation.id)?.derived.iter();
        derived.find(|one| one.member == items).map(|one| &one.formula)
    }

    pub(crate) fn steps(&self, schema: &str) -> &[Option<CompiledStep>] {
        self.steps.get(schema).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn bookings(&self, schema: &str) -> &[Booking] {
        self.bookings.get(schema).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn ruling(&self, operation: &str) -> Option<&Ruling> {
        self.operations.get(operation)
    }
}

/// Reports references within the contract that lead nowhere: what they stand for would not be checked.
fn dangling<'a>(contract: &'a Contract, node: &'a Value, wrong: &mut Vec<Defect<'a>>) {
    let end = contract.resolve(node).get("$ref").and_then(Value::as_str);
    if let Some(end) = end.filter(|end| end.starts_with('#')) {
        wrong.push(Defect::new(node, format!("the target of `{end}` does not exist")).at("$ref"));
    }
    // Examples are data.
    let members = json::members(Some(node)).filter(|(name, _)| !["example", "examples"].contains(&name.as_str()));
    let children = members.map(|(_, member)| member).chain(json::items(Some(node)));
    children.for_each(|child| dangling(contract, child, wrong));
}

/// Reports lists whose items are not where the contract says.
fn lists<'a>(contract: &'a Contract, wrong: &mut Vec<Defect<'a>>) {
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
            wrong.extend(node.map(|node| Defect::new(node, why).at("items")));
        }
    }
}

/// Reads the rules of schemas, by their text. A list of `x-rules` that is not of an operation is of a schema.
fn read_schema_rules<'a>(contract: &'a Contract, wrong: &mut Vec<Defect<'a>>) -> BTreeMap<String, Formula> {
    let operations = contract.operations.iter().filter_map(|one| contract.node_of(one));
    let operations: Vec<&Value> = operations.collect();
    let mut found = BTreeMap::new();
    for node in json::nodes(&contract.root) {
        let word = node.get("x-rules").filter(|word| word.is_array());
        if word.is_some() && !operations.iter().any(|one| std::ptr::eq(*one, node)) {
            found.extend(rows(contract, word, wrong, |row| schema_rule(contract, node, row)));
        }
    }
    found
}

fn schema_rule<'a>(contract: &'a Contract, schema: &'a Value, row: &'a Value) -> Result<(String, Formula), Defect<'a>> {
    let entry = RuleRow::new(row, &["rule", "message", "code", "at"])?;
    let registry = &contract.extensions.registry;
    if let Some(code) = entry.text("code")?.filter(|code| !registry.contains_key(*code)) {
        let known = suggestion(code, registry.keys().map(String::as_str));
        return Err(entry.wrong("code", format!("`{code}` is not in `x-problem-registry`{known}")));
    }
    if let Some(at) = entry.text("at")? {
        TypedValue::new(contract, "`self`", schema)
            .place(at)
            .map_err(|why| entry.wrong("at", why))?;
    }
    entry.needed("message")?;
    let mut scope = Scope::new(contract);
    scope.add_schema("self", schema);
    scope.add("clock", Type::Instant);
    let formula = entry.needed_formula("rule", scope, &Type::Bool)?;
    Ok((entry.needed("rule")?.to_owned(), formula))
}

fn read_operations<'a>(
    contract: &'a Contract,
    model: &'a Model,
    wrong: &mut Vec<Defect<'a>>,
) -> BTreeMap<String, Ruling> {
    let mut found = BTreeMap::new();
    for operation in &contract.operations {
        let Some(node) = contract.node_of(operation) else {
            continue;
        };
        // Many operations have no expressions, and the expressions of one have the same variables.
        let scope = LazyCell::new(|| row::scope_of_operation(contract, model, operation));
        let scope = || Scope::clone(&scope);
        let ruling = Ruling {
            conditions: rows(contract, node.get("x-rules"), wrong, |row| {
                condition(contract, operation, scope, row)
            }),
            derived: rows(contract, node.get("x-derives"), wrong, |row| {
                derived(contract, operation, scope, row)
            }),
            scenarios: scenarios::compile(contract, model, operation, scope, node.get("x-scenarios"), wrong),
        };
        found.insert(operation.id.clone(), ruling);
    }
    found
}

fn condition<'a>(
    contract: &'a Contract,
    operation: &'a Operation,
    scope: impl Fn() -> Scope<'a>,
    row: &'a Value,
) -> Result<RequestCondition, Defect<'a>> {
    let entry = RuleRow::new(row, &["rule", "message", "code", "at"])?;
    let code = entry.problem("code", operation)?;
    let at = entry.text("at")?;
    if let Some(at) = at {
        let places = operation
            .bodies()
            .map(|(_, schema)| TypedValue::new(contract, "the body", schema).place(at));
        let place = places.reduce(Result::or);
        let place = place.unwrap_or_else(|| Err("the operation has no body".to_owned()));
        place.map_err(|why| entry.wrong("at", why))?;
    }
    Ok(RequestCondition {
        formula: entry.needed_formula("rule", scope(), &Type::Bool)?,
        message: entry.needed("message")?.to_owned(),
        code,
        at: at.map(str::to_owned),
    })
}

fn derived<'a>(
    contract: &'a Contract,
    operation: &'a Operation,
    scope: impl Fn() -> Scope<'a>,
    row: &'a Value,
) -> Result<Derived, Defect<'a>> {
    let entry = RuleRow::new(row, &["member", "value"])?;
    let member = entry.needed("member")?;
    let answer = operation.answers.first().map(|answer| &answer.schema);
    let schema = answer.ok_or_else(|| entry.wrong("member", "the operation has no success response"))?;
    let name = Contract::component(schema).unwrap_or_else(|| "the answer".to_owned());
    let place = TypedValue::new(contract, &name, schema)
        .place(member)
        .map_err(|why| entry.wrong("member", why))?;
    let mut scope = scope();
    if operation.pagination.is_none() {
        scope.add_schema("self", schema);
    }
    Ok(Derived {
        member: member.to_owned(),
        formula: entry.needed_formula("value", scope, &Type::from_schema(contract, place))?,
    })
}
