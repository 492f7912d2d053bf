//! Lifecycles (`x-lifecycle`) to pictures: a file for each status, and what stands beside it in a page.

use super::context::Context;
use super::docs;
use crate::picture::{self, Arrow, Color, Diagram, Line, State};
use sdkwright_contract::ir;

/// Draws the lifecycle of each status: path and text of the files.
pub(super) fn files(context: &Context<'_>, header: &str) -> Vec<(String, String)> {
    let draw = |(id, _)| Some((path(context, id)?, picture::svg(&diagram(context, id)?, header)?));
    context.api.types().filter_map(draw).collect()
}

/// Returns title and path of the picture of a status; `None`: it has none.
pub(super) fn picture(context: &Context<'_>, id: ir::TypeId) -> Option<(String, String)> {
    let diagram = diagram(context, id)?;
    let title = picture::is_drawn(&diagram).then_some(diagram.title)?;
    Some((title, path(context, id)?))
}

/// Returns the path of the picture of a type: that of the type's file, which is valid on every file system. A further picture of the
/// same file has a number, because inline types have a file together.
fn path(context: &Context<'_>, id: ir::TypeId) -> Option<String> {
    let file = context.names.file(id)?;
    let is_before = |other: ir::TypeId| lifecycle(context, other).is_some() && context.names.file(other) == Some(file);
    let before = context
        .api
        .types()
        .take_while(|(other, _)| *other != id)
        .filter(|(other, _)| is_before(*other));
    let number = match before.count() {
        0 => String::new(),
        count => format!("-{}", count + 1),
    };
    Some(format!("lifecycles/{file}{number}.svg"))
}

fn lifecycle<'a>(context: &Context<'a>, id: ir::TypeId) -> Option<(&'a ir::EnumShape, &'a ir::Lifecycle)> {
    match &context.api.ty(id).shape {
        ir::Shape::Enum(shape) => Some((shape, shape.lifecycle.as_ref()?)),
        _ => None,
    }
}

/// Reads the lifecycle of a type as a diagram: its states in the order of the contract, the initial one first.
fn diagram(context: &Context<'_>, id: ir::TypeId) -> Option<Diagram> {
    let ((shape, lifecycle), name) = (lifecycle(context, id)?, context.names.ty(id)?);
    let mut states: Vec<&str> = shape.values.iter().map(|value| value.value.text()).collect();
    states.sort_by_key(|state| lifecycle.initial.as_deref() != Some(*state));
    let place = |state: &str| states.iter().position(|one| *one == state);
    let mut arrows: Vec<Arrow> = Vec::new();
    let mut steps = Vec::new();
    for step in &lifecycle.transitions {
        let (Some(from), Some(to)) = (place(&step.from), place(&step.to)) else {
            continue;
        };
        let label = cause(context, &step.by);
        let by: String = label.iter().map(|line| line.text.as_str()).collect();
        steps.push(format!(
            "{} to {} by {by}",
            docs::one_line(&step.from),
            docs::one_line(&step.to)
        ));
        match arrows.iter_mut().find(|arrow| (arrow.from, arrow.to) == (from, to)) {
            Some(arrow) => arrow.label.extend(label),
            None => arrows.push(Arrow { from, to, label }),
        }
    }
    let state = |state: &&str| {
        let is_in = |list: &[String]| list.iter().any(|one| one == state);
        let notes = [
            (lifecycle.initial.as_deref() == Some(*state), "initial"),
            (is_in(&lifecycle.done), "done"),
            (is_in(&lifecycle.terminal), "final"),
            (is_in(&lifecycle.needs_action), "needs action"),
        ];
        let notes: Vec<&str> = notes
            .iter()
            .filter_map(|(is_so, word)| is_so.then_some(*word))
            .collect();
        State {
            name: docs::one_line(state),
            notes: notes.join(", "),
            color: match (is_in(&lifecycle.done), is_in(&lifecycle.needs_action)) {
                (_, true) => Color::Waiting,
                (true, false) => Color::Good,
                (false, false) => Color::Plain,
            },
            is_final: is_in(&lifecycle.terminal),
        }
    };
    let states: Vec<State> = states.iter().map(state).collect();
    let said = |state: &State| match state.notes.as_str() {
        "" => state.name.clone(),
        notes => format!("{} ({notes})", state.name),
    };
    let list: Vec<String> = states.iter().map(said).collect();
    Some(Diagram {
        title: format!("States of {name}"),
        description: format!("States: {}. Transitions: {}.", list.join(", "), steps.join("; ")),
        states,
        arrows,
    })
}

/// Returns who moves a resource to its next state: a call, or the owner of the API.
fn cause(context: &Context<'_>, by: &str) -> Vec<Line> {
    let owner = context.api.settings.owner.as_ref();
    if let Some(owner) = owner.filter(|owner| owner.party == by) {
        let text = docs::one_line(&owner.name);
        return vec![Line { text, is_ours: false }];
    }
    let operation = context.api.operations().find(|(_, operation)| operation.id == by);
    let text = operation.map_or_else(|| docs::one_line(by), |(id, _)| context.call(id));
    // A long call stands on two lines.
    let cut = text.find("().").map_or(text.len(), |at| at + 2);
    let (group, method) = text.split_at(cut);
    let line = |text: &str| Line {
        text: text.to_owned(),
        is_ours: true,
    };
    if method.is_empty() {
        vec![line(group)]
    } else {
        vec![line(group), line(method)]
    }
}
