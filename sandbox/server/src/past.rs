//! In: a call that ended, or a resource. Out: the resources that the call names, or everything that happened to the resource. Never: a
//! lock that is held while a page is made.

use crate::app::App;
use crate::encode::percent_decode;
use crate::history::{HistoryEntry, What};
use crate::json;
use crate::log::Call;
use crate::model::Model;
use crate::state::SandboxState;
use crate::view::{self, PostingView};
use serde_json::Value;
use std::sync::Arc;

/// Notes the place of a call in the history, and the resources that it names: first the one that it is about.
pub(crate) fn place(app: &App, call: &mut Call) {
    let path = call.target.split('?').next().unwrap_or_default();
    let path = path.split('/').filter(|part| !part.is_empty());
    let path: Vec<String> = path
        .map(|part| percent_decode(part, false).unwrap_or_else(|| part.to_owned()))
        .collect();
    let mut sent = Vec::new();
    ids(&serde_json::from_slice(&call.body).unwrap_or_default(), true, &mut sent);
    let contract = &app.api.contract;
    let operation = call.operation.as_ref().and_then(|id| contract.operation(id));
    let mut shown = Vec::new();
    // A list shows many resources, and is about none of them.
    if operation.is_none_or(|one| one.pagination.is_none()) {
        ids(
            &serde_json::from_slice(&call.answer_body).unwrap_or_default(),
            false,
            &mut shown,
        );
    }
    let answered = operation.and_then(Model::answered);

    let mut state = app.state();
    if call.place == 0 {
        call.place = state.history.next();
    }
    let path = numbers(&state, &path);
    let shown = numbers(&state, &shown);
    let is_answered = |number: &&u64| {
        let at = state.records.place(**number);
        at.map(|at| &state.records[at].schema) == answered.as_ref()
    };
    let subject = shown.iter().rev().find(is_answered).or(path.last()).copied();
    let all = subject
        .into_iter()
        .chain(path)
        .chain(numbers(&state, &sent))
        .chain(shown);
    for number in all {
        if !call.resources.contains(&number) {
            call.resources.push(number);
        }
    }
}

/// The texts of an object's members that can be ids; at every depth, if `deep`.
fn ids(value: &Value, deep: bool, found: &mut Vec<String>) {
    let members = value.as_object().into_iter().flatten();
    for (name, value) in members {
        match value {
            Value::String(text) => found.push(text.clone()),
            // Other whole numbers are amounts.
            Value::Number(_) if name.to_ascii_lowercase().ends_with("id") => found.extend(json::id(value)),
            Value::Array(items) if deep => items.iter().for_each(|item| ids(item, deep, found)),
            _ if deep => ids(value, deep, found),
            _ => {}
        }
    }
}

/// Numbers of the resources with these ids, in their order.
fn numbers(state: &SandboxState, ids: &[String]) -> Vec<u64> {
    let places = ids.iter().flat_map(|id| state.records.with_id(id));
    places.map(|at| state.records[at].number).collect()
}

/// An entry of the history, with the posting that it is about.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) entry: Arc<HistoryEntry>,
    pub(crate) posting: Option<PostingView>,
}

/// What happened to some resources, and the postings of accounts that are named by an id.
pub(crate) fn past(app: &App, numbers: &[u64], id: Option<&str>) -> Vec<Past> {
    let state = app.state();
    let entries = state.history.entries.all();
    let found = entries.filter_map(|(_, entry)| {
        let posting = match entry.what {
            What::Posted(number) => Some((number, state.ledger.postings.get(number)?)),
            _ => None,
        };
        let names = |account: &str| id.is_some_and(|id| account.split(':').any(|part| part == id));
        let is_named = posting
            .as_ref()
            .is_some_and(|(_, one)| names(&one.debit) || names(&one.credit));
        (is_named || numbers.contains(&entry.resource)).then(|| Past {
            entry: Arc::clone(entry),
            posting: posting.map(|(number, one)| view::posted(app, &state, number, &one)),
        })
    });
    found.collect()
}

/// Numbers of a resource and of those that record what it does (`x-records`).
pub(crate) fn with_records(app: &App, number: u64) -> Vec<u64> {
    let state = app.state();
    let records = state.records.iter();
    let recording = records.filter(|record| record.of == Some(number));
    std::iter::once(number)
        .chain(recording.map(|record| record.number))
        .collect()
}
