//! In: the calls that are kept. Out: a page of them, newest first. Never: more rows than a page holds.

use super::html::{self, Html, around, element, link, row, text};
use super::page::{FOLDER, Page, mark, time};
use super::visit::{ROWS, Visit};
use crate::log::Call;
use crate::shared::locked;
use std::sync::Arc;

/// Parts that the list can show alone.
const SHOWN: [(&str, &str); 4] = [
    ("all", "All"),
    ("refused", "Refused"),
    ("effects", "Executed with an effect"),
    ("unanswered", "Without an answer"),
];

pub(super) fn list(visit: &Visit<'_>) -> Page {
    let shown = visit.asked("show").unwrap_or("all");
    let found = found(visit, shown);
    let last = found
        .get(ROWS - 1)
        .filter(|_| found.len() > ROWS)
        .map(|(number, _)| *number);
    let filters = SHOWN.iter().map(|(name, label)| {
        let word = Some(*name).filter(|name| *name != "all");
        let href = visit.again(&[("show", word), ("before", None)]);
        let attributes = [("href", href.as_str()), ("aria-current", "true")];
        let count = if *name == shown { 2 } else { 1 };
        element("a", &attributes[..count], [text(label)])
    });
    let rows: Vec<Html> = found
        .iter()
        .take(ROWS)
        .map(|(number, call)| line(*number, call))
        .collect();
    let is_empty = rows.is_empty();
    let heads = ["", "Time", "Status", "Method", "Target", "Operation", "Outcome"];
    let empty = is_empty.then(|| {
        let base = format!("No such call has come yet. Programs call {}.", visit.base_url());
        around("p", "quiet", base)
    });
    let content = [
        element("p", &[("class", "filters")], filters),
        html::list(&heads, rows),
        visit.pager(last),
    ];
    Page {
        status: 200,
        tab: "calls",
        title: "Calls".to_owned(),
        content: content.into_iter().chain(empty).collect(),
        // Older pages stay as they are while somebody reads them.
        pulse: visit.before().is_none().then(|| visit.pulse()),
        ..Page::default()
    }
}

/// The newest calls that fit, one more than a page holds.
fn found(visit: &Visit<'_>, shown: &str) -> Vec<(u64, Arc<Call>)> {
    let contract = &visit.shared.app.contract;
    let has_effect = |call: &Call| {
        let mut operations = contract.operations.iter();
        let operation = operations.find(|one| Some(&one.id) == call.operation.as_ref());
        operation.is_some_and(crate::operation::Operation::has_effect)
    };
    let fits = |call: &Call| match shown {
        "refused" => call.status.is_some_and(|status| status >= 400),
        "effects" => call.executed && has_effect(call),
        "unanswered" => call.status.is_none(),
        _ => true,
    };
    let before = visit.before().unwrap_or(u64::MAX);
    let calls = locked(&visit.shared.calls);
    let newest = calls
        .all()
        .rev()
        .filter(|(number, call)| *number < before && fits(call));
    newest
        .take(ROWS + 1)
        .map(|(number, call)| (number, Arc::clone(call)))
        .collect()
}

fn line(number: u64, call: &Call) -> Html {
    let name = number.to_string();
    row([
        link(&format!("{FOLDER}calls/{number}"), &name),
        time(call.at),
        status(call),
        around("code", "", &call.method),
        around("code", "long", &call.target),
        text(call.operation.as_deref().unwrap_or_default()),
        text(call.outcome()),
    ])
}

pub(super) fn status(call: &Call) -> Html {
    match call.status {
        None => mark("bad", "none"),
        Some(status) => mark(if status < 400 { "good" } else { "bad" }, status.to_string()),
    }
}
