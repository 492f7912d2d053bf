//! Lifecycles (`x-lifecycle`) to pictures: a file for each status, and what stands beside it in a page.

use super::context::Context;
use super::docs;
use sdkwright_contract::ir;
use sdkwright_picture::{Diagram, LabelLine, StateBox, StateRole};

/// Draws the lifecycle of each status: path and text of the files.
pub(super) fn files(context: &Context<'_>, header: &str) -> Vec<(String, String)> {
    let draw = |(id, _)| {
        let drawn = diagram(context, id)?.file(header)?;
        Some((path(context, id)?, drawn))
    };
    context.api.types().filter_map(draw).collect()
}

/// Returns title and path of the picture of a status; `None`: it has none.
pub(super) fn picture(context: &Context<'_>, id: ir::TypeId) -> Option<(String, String)> {
    let title = diagram(context, id)?.title()?.to_owned();
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
    let state = |state: &&str| {
        let is_in = |list: &[String]| list.iter().any(|one| one == state);
        let roles = [
            (StateRole::Initial, lifecycle.initial.as_deref() == Some(*state)),
            (StateRole::Done, is_in(&lifecycle.done)),
            (StateRole::Final, is_in(&lifecycle.terminal)),
            (StateRole::NeedsAction, is_in(&lifecycle.needs_action)),
        ];
        let roles = roles.iter().filter_map(|(role, is_so)| is_so.then_some(*role));
        StateBox {
            name: docs::one_line(state),
            roles: roles.collect(),
        }
    };
    let mut diagram = Diagram::new(format!("States of {name}"), states.iter().map(state).collect());
    for step in &lifecycle.transitions {
        if let (Some(from), Some(to)) = (place(&step.from), place(&step.to)) {
            diagram.connect(from, to, cause(context, &step.by));
        }
    }
    Some(diagram)
}

/// Returns who moves a resource to its next state: a call, or the owner of the API.
fn cause(context: &Context<'_>, by: &str) -> Vec<LabelLine> {
    let owner = context.api.settings.owner.as_ref();
    if let Some(owner) = owner.filter(|owner| owner.party == by) {
        let text = docs::one_line(&owner.name);
        return vec![LabelLine { text, is_ours: false }];
    }
    let operation = context.api.operations().find(|(_, operation)| operation.id == by);
    let text = operation.map_or_else(|| docs::one_line(by), |(id, _)| context.call(id));
    // A long call stands on two lines.
    let cut = text.find("().").map_or(text.len(), |at| at + 2);
    let (group, method) = text.split_at(cut);
    let line = |text: &str| LabelLine {
        text: text.to_owned(),
        is_ours: true,
    };
    if method.is_empty() {
        vec![line(group)]
    } else {
        vec![line(group), line(method)]
    }
}
