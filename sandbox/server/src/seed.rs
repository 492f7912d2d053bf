//! In: `x-seed` of a contract. Out: the resources that exist at the start, each made by a call of the contract. Never: a resource that a call
//! could not make.

use crate::answer::Answering;
use crate::app::App;
use crate::error::{Error, suggestion};
use crate::history::{BothClocks, ChangeReason};
use crate::idempotency;
use crate::json;
use crate::log::Call;
use crate::model::ResourceKind;
use crate::operation::Operation;
use crate::origin::Defect;
use crate::rules::{RuleRow, rows};
use crate::schema::Direction;
use crate::validate::ParsedRequest;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A row of `x-seed`.
struct SeedRow<'a> {
    node: &'a Value,
    makes: Makes<'a>,
    name: Option<&'a str>,
    id: Option<&'a str>,
    state: Option<&'a str>,
    summary: Option<&'a str>,
}

/// What makes the resource of a row.
enum Makes<'a> {
    Call(&'a Operation),
    /// Nobody: one of this schema comes from outside, for an owner.
    Schema(&'a str, &'a ResourceKind),
}

/// Makes the resources of `x-seed`, in their order, and returns the summaries of its rows.
pub(crate) fn sow(app: &App) -> Result<Vec<String>, Error> {
    let contract = &*app.api.contract;
    let mut wrong = Vec::new();
    let rows = rows(contract, contract.root.get("x-seed"), &mut wrong, |node| row(app, node));
    let (mut known, mut summaries) = (BTreeMap::new(), Vec::new());
    for row in &rows {
        if !wrong.is_empty() {
            break;
        }
        let made = match row.makes {
            Makes::Call(operation) => called(app, row, operation, &known),
            Makes::Schema(name, resource) => brought(app, row, name, resource, &known),
        };
        match made.and_then(|at| moved(app, row, at)) {
            Ok(id) => {
                summaries.extend(row.summary.map(str::to_owned));
                known.extend(row.name.map(|name| (format!("${name}"), id)));
            }
            Err(why) => wrong.push(Defect::new(row.node, why)),
        }
    }
    // Nobody is told of what was there at the start.
    let at = BothClocks::new(&app.clock, app.clock.life());
    app.state().note(at, ChangeReason::Start);
    if wrong.is_empty() {
        Ok(summaries)
    } else {
        Err(contract.wrong(&wrong))
    }
}

fn row<'a>(app: &'a App, node: &'a Value) -> Result<SeedRow<'a>, Defect<'a>> {
    let words = [
        "call", "makes", "owner", "name", "id", "path", "body", "state", "summary",
    ];
    let entry = RuleRow::new(node, &words)?;
    let makes = match (entry.text("call")?, entry.text("makes")?) {
        (Some(call), None) => {
            let all = &app.api.contract.operations;
            let operation = app.api.contract.operation(call).ok_or_else(|| {
                let known = suggestion(call, all.iter().map(|one| one.id.as_str()));
                entry.wrong("call", format!("there is no operation `{call}`{known}"))
            })?;
            Makes::Call(operation)
        }
        (None, Some(name)) => Makes::Schema(name, entry.resource("makes", name, &app.api.model)?),
        _ => return Err(Defect::new(node, "a row must have either `call` or `makes`")),
    };
    Ok(SeedRow {
        node,
        makes,
        name: entry.text("name")?,
        id: entry.text("id")?,
        state: entry.text("state")?,
        summary: entry.text("summary")?,
    })
}

/// Makes the call of a row, and returns the place of what it made.
fn called(
    app: &App,
    row: &SeedRow<'_>,
    operation: &Operation,
    known: &BTreeMap<String, String>,
) -> Result<usize, String> {
    let path = with_ids(row.node.get("path"), known)?.unwrap_or_default();
    let path = json::members(Some(&path));
    let path = path.map(|(name, id)| (name.clone(), json::id(id).unwrap_or_default()));
    let schema = operation.bodies().find(|(media, _)| json::is_media(media));
    let input = ParsedRequest {
        path: path.collect(),
        body: with_ids(row.node.get("body"), known)?,
        schema: schema.map(|(_, schema)| schema.clone()),
        ..ParsedRequest::default()
    };
    if let Some((schema, body)) = input.schema.as_ref().zip(input.body.as_ref()) {
        fits(app, schema, Direction::Request, body)?;
    }
    let mut state = app.state();
    let mut answering = Answering {
        own_id: row.id.map(str::to_owned),
        ..app.answering(&mut state, operation, &input)
    };
    let refused = answering.answer(&mut Call::default()).err();
    let made = answering.acted_on;
    if let Some(refusal) = refused {
        return Err(format!("the call is refused: {} {}", refusal.code, refusal.detail));
    }
    state.acted(&operation.id, idempotency::subject(operation, &input));
    made.ok_or_else(|| "the call creates no resource".to_owned())
}

/// Puts the resource of a row into being, and returns its place.
fn brought(
    app: &App,
    row: &SeedRow<'_>,
    name: &str,
    resource: &ResourceKind,
    known: &BTreeMap<String, String>,
) -> Result<usize, String> {
    let mut value = with_ids(row.node.get("body"), known)?.unwrap_or_else(|| Value::Object(Map::new()));
    let owner = with_ids(row.node.get("owner"), known)?.and_then(|owner| json::id(&owner));
    let mut state = app.state();
    let mut scope = BTreeMap::new();
    if let Some(owner) = owner.and_then(|id| state.records.with_id(&id).first().copied()) {
        let owner = &state.records[owner];
        scope.clone_from(&owner.scope);
        scope.extend(owner.id_kind.clone().zip(owner.id.clone()));
    }
    if let Some((member, id)) = resource.id_member.as_ref().zip(row.id) {
        value[member] = id.into();
    }
    let now = app.clock.life();
    for member in ["createdAt", "updatedAt"] {
        if app.api.contract.property(&resource.schema, member).is_some() && value.get(member).is_none() {
            value[member] = now.rfc3339().into();
        }
    }
    if let Some(initial) = resource.initial() {
        resource.set_state(&mut value, initial);
    }
    fits(app, &resource.schema, Direction::Answer, &value)?;
    let input = ParsedRequest::default();
    let operation = app
        .api
        .contract
        .operations
        .first()
        .ok_or("the contract has no operations")?;
    let mut answering = app.answering(&mut state, operation, &input);
    let at = answering.keep(name, resource, scope, value, None);
    app.change(&mut state).begin(at);
    Ok(at)
}

/// Refuses a value that does not fit its schema.
fn fits(app: &App, schema: &Value, way: Direction, value: &Value) -> Result<(), String> {
    match app.api.schemas.check(&app.api.contract, schema, way, value).first() {
        Some(error) => Err(format!("its body is refused: {} {}", error.pointer, error.message)),
        None => Ok(()),
    }
}

/// Leads a resource to the state of its row, and returns its id.
fn moved(app: &App, row: &SeedRow<'_>, at: usize) -> Result<String, String> {
    let mut state = app.state();
    let mut change = app.change(&mut state);
    if let Some(to) = row.state {
        let schema = change.state.records[at].schema.clone();
        let states = app.api.model.states(&app.api.contract, &schema);
        if !states.contains(&to) {
            return Err(format!("{schema} has no state `{to}`{}", suggestion(to, states)));
        }
        let life = app
            .api
            .model
            .resources
            .get(&schema)
            .and_then(|one| one.lifecycle.as_ref());
        while let Some(now) = change.state_of(at).map(str::to_owned).filter(|now| now != to) {
            let next = life.and_then(|life| life.toward(&now, to));
            change.go(
                at,
                next.ok_or_else(|| format!("no transition leads from {now} to {to}"))?,
            );
        }
    }
    Ok(state.records[at].id.clone().unwrap_or_default())
}

/// A member of a row with the ids of other rows in the place of their names, such as `$customer`.
fn with_ids(node: Option<&Value>, known: &BTreeMap<String, String>) -> Result<Option<Value>, String> {
    let mut value = node.cloned();
    value.iter_mut().try_for_each(|value| put_ids(value, known))?;
    Ok(value)
}

fn put_ids(value: &mut Value, known: &BTreeMap<String, String>) -> Result<(), String> {
    match value {
        Value::String(text) if text.starts_with('$') => {
            let id = known.get(text.as_str()).ok_or_else(|| {
                let known = suggestion(text, known.keys().map(String::as_str));
                format!("no earlier row has the name of `{text}`{known}")
            })?;
            id.clone_into(text);
            Ok(())
        }
        other => json::children_mut(other).try_for_each(|child| put_ids(child, known)),
    }
}
