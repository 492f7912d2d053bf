//! In: `x-scenarios` of an operation. Out: the endings that a request can ask for, compiled. Never: a way to a state that the lifecycle
//! does not lead to.

use super::row::{LedResource, RuleRow, Scenario, rows};
use crate::contract::Contract;
use crate::error::suggestion;
use crate::formula::{Scope, Type};
use crate::json;
use crate::lifecycle::Course;
use crate::model::{self, Model, ResourceKind};
use crate::operation::{Operation, Parameter};
use crate::origin::Defect;
use serde_json::Value;

const WORDS: [&str; 8] = ["name", "when", "message", "refuses", "to", "after", "of", "makes"];

/// The scenarios of an operation, in their order.
pub(super) fn compile<'a>(
    contract: &'a Contract,
    model: &'a Model,
    operation: &'a Operation,
    scope: impl Fn() -> Scope<'a>,
    node: Option<&'a Value>,
    wrong: &mut Vec<Defect<'a>>,
) -> Vec<Scenario> {
    // Another vendor may have a word of this name.
    let node = node.filter(|_| contract.is_ours());
    rows(contract, node, wrong, |row| {
        let entry = RuleRow::new(row, &WORDS)?;
        let name = entry.needed("name")?;
        let mut all = json::items(node);
        let first = all.find(|one| one.get("name").and_then(Value::as_str) == Some(name));
        if first.is_some_and(|first| !std::ptr::eq(first, row)) {
            return Err(entry.wrong("name", format!("another scenario has the name `{name}`")));
        }
        scenario(contract, model, operation, scope(), entry)
    })
}

fn scenario<'a>(
    contract: &'a Contract,
    model: &'a Model,
    operation: &'a Operation,
    scope: Scope<'a>,
    entry: RuleRow<'a>,
) -> Result<Scenario, Defect<'a>> {
    let when = entry.needed_formula("when", scope, &Type::Bool)?;
    let refuses = entry.problem("refuses", operation)?;
    let course = course(entry)?;
    if refuses.is_some() && course.is_some() {
        let why = "a scenario either `refuses` or moves a resource (`to`, `after`, `makes`), not both";
        return Err(Defect::new(entry.node, why));
    }
    let leads = course.map(|course| Ok((led_resource(contract, model, operation, entry, &course)?, course)));
    Ok(Scenario {
        name: entry.needed("name")?.to_owned(),
        when,
        message: entry.needed("message")?.to_owned(),
        refuses,
        leads: leads.transpose()?,
    })
}

/// The way that a row states, if it states one.
fn course(entry: RuleRow<'_>) -> Result<Option<Course>, Defect<'_>> {
    let (to, after) = (entry.node.get("to"), entry.node.get("after"));
    if to.or(after).or(entry.node.get("makes")).is_none() {
        return Ok(None);
    }
    let number = |node: &Value| node.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
    let seconds = |node: &Value| number(node).filter(|seconds| *seconds > 0).map(i64::from);
    let states = match to {
        None => Some(Vec::new()),
        Some(Value::String(state)) => Some(vec![state.clone()]),
        Some(Value::Array(states)) => {
            let states = states.iter().map(|state| state.as_str().map(str::to_owned));
            states.collect::<Option<Vec<_>>>().filter(|states| !states.is_empty())
        }
        Some(_) => None,
    };
    let after = after.map(|node| {
        seconds(node).ok_or_else(|| entry.wrong("after", "it is not a number of seconds greater than zero"))
    });
    Ok(Some(Course {
        to: states.ok_or_else(|| entry.wrong("to", "it is neither a state nor a list of states"))?,
        after: after.transpose()?,
    }))
}

/// Returns the resource that a scenario moves, which must have a lifecycle with this course: one by its name (`of`), a new one of a schema
/// (`makes`), else that of the call.
fn led_resource<'a>(
    contract: &'a Contract,
    model: &'a Model,
    operation: &'a Operation,
    entry: RuleRow<'a>,
    course: &Course,
) -> Result<LedResource, Defect<'a>> {
    let (of, makes) = (entry.text("of")?, entry.text("makes")?);
    let (led, schema) = match (of, makes) {
        (Some(_), Some(_)) => return Err(entry.wrong("of", "a scenario has `of` or `makes`, not both")),
        (None, None) => {
            let schema = own(contract, model, operation);
            let schema = schema.ok_or_else(|| Defect::new(entry.node, "the call has no resource with a lifecycle"))?;
            (LedResource::Own(schema.clone()), schema)
        }
        (Some(name), None) => {
            let all = named(contract, model, operation);
            let found = all.iter().find(|(known, _)| known == name);
            let schema = found.map(|(_, schema)| (*schema).clone()).ok_or_else(|| {
                let known = suggestion(name, all.iter().map(|(name, _)| name.as_str()));
                entry.wrong("of", format!("the call refers to no `{name}`{known}"))
            })?;
            (LedResource::Named(name.to_owned()), schema)
        }
        (None, Some(schema)) => (LedResource::New(schema.to_owned()), schema.to_owned()),
    };
    let word = if makes.is_some() { "makes" } else { "of" };
    let resource = entry.resource(word, &schema, model)?;
    if makes.is_some() && resource.creatable {
        return Err(entry.wrong(
            word,
            format!("calls create {schema}: move the resource that a call created"),
        ));
    }
    is_way(contract, model, &schema, resource, course).map_err(|why| {
        if resource.lifecycle.is_none() && (of.is_some() || makes.is_some()) {
            entry.wrong(word, why)
        } else if entry.node.get("to").is_some() {
            entry.wrong("to", why)
        } else {
            Defect::new(entry.node, why)
        }
    })?;
    Ok(led)
}

fn is_way(
    contract: &Contract,
    model: &Model,
    schema: &str,
    resource: &ResourceKind,
    course: &Course,
) -> Result<(), String> {
    let life = resource.lifecycle.as_ref();
    let life = life.ok_or_else(|| format!("{schema} has no lifecycle"))?;
    let states = model.states(contract, schema);
    let mut from = life.initial.clone();
    for to in &course.to {
        if !states.contains(&to.as_str()) {
            let known = suggestion(to, states.iter().copied());
            return Err(format!("{schema} has no state `{to}`{known}"));
        }
        let leads = |from: &str| from == to || life.toward(from, to).is_some();
        if !from.as_deref().is_none_or(leads) {
            return Err(format!("no transition leads from {} to {to}", from.unwrap_or_default()));
        }
        from = Some(to.clone());
    }
    Ok(())
}

/// The schema of what a call makes or changes: of its answer, unless that only repeats the state of something in the path.
fn own(contract: &Contract, model: &Model, operation: &Operation) -> Option<String> {
    let status = |resource: &ResourceKind| resource.state_component(contract);
    let of_path = operation
        .path_parameters()
        .rev()
        .filter_map(|parameter| model.by_id(&parameter.kind));
    let mut of_path = of_path.filter(|(_, resource)| resource.lifecycle.is_some());
    let answered = Model::answered(operation).and_then(|name| model.resources.get_key_value(&name));
    let Some((name, resource)) = answered.filter(|(_, resource)| resource.lifecycle.is_some()) else {
        return of_path.next().map(|(name, _)| name.clone());
    };
    let shared = of_path.find(|(_, other)| status(other).is_some() && status(other) == status(resource));
    Some(shared.map_or(name, |(name, _)| name).clone())
}

/// The resources that a call names, by the names of rules, with their schemas.
fn named<'a>(contract: &Contract, model: &'a Model, operation: &Operation) -> Vec<(String, &'a String)> {
    let of_path = operation
        .path_parameters()
        .map(|one: &Parameter| (one.name.clone(), one.kind.clone()));
    let of_body = operation
        .bodies()
        .flat_map(|(_, schema)| model::declared_references(contract, model, schema));
    let all = of_path.chain(of_body);
    all.filter_map(|(member, kind)| Some((model::reference_name(&member, &kind), model.by_id(&kind)?.0)))
        .collect()
}
