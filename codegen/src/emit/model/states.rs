//! The states of a lifecycle in the documentation of a status: a picture as text, and the transitions that calls cause.

use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::method_links;
use sdkwright_contract::ir;

/// Adds the picture of the states, and a list of the calls that change them, with links.
pub(super) fn explain(context: &Context<'_>, shape: &ir::EnumShape, lifecycle: &ir::Lifecycle, docs: &mut Docs) {
    let rows = rows(context, shape, lifecycle);
    if lifecycle.transitions.is_empty() || rows.is_empty() {
        return;
    }
    let columns = rows.iter().map(|row| row.state.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = rows.iter().map(|row| row.print(columns)).collect();
    docs.paragraph(["States, with the cause of each transition:".to_owned()]);
    docs.markdown(&format!("```text\n{}\n```", lines.join("\n")));
    let calls = calls(context, lifecycle);
    if !calls.is_empty() {
        docs.paragraph(["Transitions that a call causes:".to_owned()]);
        docs.paragraph(calls);
    }
}

/// A line of the picture: a state or a transition to it, and a note.
struct Row {
    state: String,
    note: String,
}

impl Row {
    fn print(&self, columns: usize) -> String {
        let pad = " ".repeat(columns - self.state.chars().count());
        format!("{}{pad}   {}", self.state, self.note).trim_end().to_owned()
    }
}

/// Lists each state with its transitions, the initial one first. A final state is only a target.
fn rows(context: &Context<'_>, shape: &ir::EnumShape, lifecycle: &ir::Lifecycle) -> Vec<Row> {
    let is_initial = |state: &str| lifecycle.initial.as_deref() == Some(state);
    let mut states: Vec<&str> = shape.values.iter().map(|value| value.value.text()).collect();
    states.sort_by_key(|state| !is_initial(state));
    let mut rows = Vec::new();
    for state in states {
        let mut steps: Vec<(&str, Vec<String>)> = Vec::new();
        for step in lifecycle.transitions.iter().filter(|step| step.from == state) {
            let cause = cause(context, &step.by);
            match steps.iter_mut().find(|(to, _)| *to == step.to) {
                Some((_, causes)) => causes.push(cause),
                None => steps.push((&step.to, vec![cause])),
            }
        }
        let is_target = lifecycle.transitions.iter().any(|step| step.to == state);
        if steps.is_empty() && is_target {
            continue;
        }
        rows.push(Row {
            state: docs::one_line(state),
            note: notes(lifecycle, state),
        });
        let last = steps.len().saturating_sub(1);
        for (at, (to, causes)) in steps.into_iter().enumerate() {
            let branch = if at == last { "└─▶" } else { "├─▶" };
            let end = if lifecycle.terminal.iter().any(|one| one == to) {
                " (final)"
            } else {
                ""
            };
            rows.push(Row {
                state: format!(" {branch} {}{end}", docs::one_line(to)),
                note: format!("by {}", causes.join(", ")),
            });
        }
    }
    rows
}

fn notes(lifecycle: &ir::Lifecycle, state: &str) -> String {
    let is_in = |list: &[String]| list.iter().any(|one| one == state);
    let notes = [
        (lifecycle.initial.as_deref() == Some(state), "initial"),
        (is_in(&lifecycle.done), "done"),
        (is_in(&lifecycle.terminal), "final"),
        (is_in(&lifecycle.needs_action), "needs action"),
    ];
    let notes = notes.into_iter().filter_map(|(is_so, word)| is_so.then_some(word));
    notes.collect::<Vec<_>>().join(", ")
}

/// Names the cause of a transition: a method, the owner of the API, or another party.
fn cause(context: &Context<'_>, by: &str) -> String {
    let owner = context.api.settings.owner.as_ref();
    match (owner.filter(|owner| owner.party == by), operation(context, by)) {
        (Some(owner), _) => docs::one_line(&owner.name),
        (None, Some(id)) => context.call(id),
        (None, None) => docs::one_line(by),
    }
}

fn operation(context: &Context<'_>, by: &str) -> Option<ir::OperationId> {
    let mut operations = context.api.operations();
    let (id, _) = operations.find(|(_, operation)| operation.id == by)?;
    Some(id)
}

/// Lists the calls that cause transitions, each with a link to its method.
fn calls(context: &Context<'_>, lifecycle: &ir::Lifecycle) -> Vec<String> {
    let mut calls: Vec<(&str, Vec<String>)> = Vec::new();
    for step in &lifecycle.transitions {
        let text = format!("{} to {}", docs::code(&step.from), docs::code(&step.to));
        match calls.iter_mut().find(|(by, _)| *by == step.by) {
            Some((_, steps)) => steps.push(text),
            None => calls.push((&step.by, vec![text])),
        }
    }
    let line = |(by, steps): (&str, Vec<String>)| {
        let id = operation(context, by)?;
        let path = method_links::of(context.names, id)?;
        Some(format!("- [`{}`]({path}): {}", context.call(id), steps.join(", ")))
    };
    calls.into_iter().filter_map(line).collect()
}
