//! Files of the pages in `docs/`: one for each group of operations, with the models that only this group uses, and pages of the models
//! that several groups share. And the pictures in them: a file for each status with a lifecycle (`x-lifecycle`).
//!
//! In: the sealed API with its names. Out: a file for each group, model and lifecycle, and links between them.

use std::collections::{BTreeMap, HashMap};

use sdkwright_contract::ir;
use sdkwright_picture::{Diagram, LabelLine, StateBox, StateRole};

use super::context::{Context, file_stem};
use super::docs::{self, on_page};
use super::tokens::RustType;
use super::usage::{self, Users};
use crate::limits;

/// Stems of the pages that no group can have.
const RESERVED: [&str; 4] = ["errors", "guide", "models", "readme"];

/// The file of shared models, if one is enough.
const MODELS: &str = "models.md";

/// Files of groups and models.
#[derive(Default)]
pub(super) struct PagePlan {
    groups: Vec<String>,
    /// File of each model, by its Rust name.
    models: HashMap<String, String>,
    /// Models of each group that no other group uses, sorted by name.
    own: Vec<Vec<ir::TypeId>>,
    /// Models of each page of models, sorted by name.
    shared: BTreeMap<String, Vec<ir::TypeId>>,
}

impl PagePlan {
    /// Chooses the page of each group and each model.
    pub(super) fn new(context: &Context<'_>) -> Self {
        let (api, names) = (context.api, context.names);
        let groups: Vec<String> = names.groups().iter().map(|group| group_file(&group.module)).collect();
        let users = usage::users(api, names);
        let owner = |id: ir::TypeId| match users[id.0 as usize] {
            Users::One(group) => Some(group),
            _ => None,
        };
        let all = || api.types().filter_map(|(id, _)| Some((id, context.names.ty(id)?)));
        let shared = all().filter(|(id, _)| owner(*id).is_none());
        let is_long = shared.map(|(id, _)| lines(api.ty(id))).sum::<usize>() > limits::LINES_OF_A_PAGE;
        let mut own = vec![Vec::new(); groups.len()];
        let mut shared: BTreeMap<String, Vec<ir::TypeId>> = BTreeMap::new();
        let mut models = HashMap::new();
        let mut sorted: Vec<(ir::TypeId, &str)> = all().collect();
        sorted.sort_by_key(|(_, name)| *name);
        for (id, name) in sorted {
            let group = owner(id).and_then(|index| Some((groups.get(index)?, own.get_mut(index)?)));
            let file = if let Some((file, own)) = group {
                own.push(id);
                file.clone()
            } else {
                let file = if is_long { letter_file(name) } else { MODELS.to_owned() };
                shared.entry(file.clone()).or_default().push(id);
                file
            };
            models.insert(name.to_owned(), file);
        }
        Self {
            groups,
            models,
            own,
            shared,
        }
    }

    /// Returns the models that only this group uses, sorted by name.
    pub(super) fn models_of(&self, group: usize) -> &[ir::TypeId] {
        self.own.get(group).map_or(&[], Vec::as_slice)
    }

    /// Returns the pages of models, each with its models, sorted by name.
    pub(super) fn model_pages(&self) -> impl Iterator<Item = (&str, &[ir::TypeId])> {
        self.shared.iter().map(|(file, ids)| (file.as_str(), ids.as_slice()))
    }

    /// Returns the file of a group.
    pub(super) fn group(&self, index: usize) -> String {
        self.groups.get(index).cloned().unwrap_or_default()
    }

    /// Returns lines of documentation with links to sections of pages.
    pub(super) fn text(&self, context: &Context<'_>, lines: &[String]) -> String {
        on_page(context.names, &|group| self.group(group), lines)
    }

    /// Returns the target of a link to a model from another page.
    pub(super) fn target(&self, name: &str) -> String {
        let file = self.models.get(name).map_or(MODELS, String::as_str);
        format!("{file}#{}", name.to_lowercase())
    }

    /// Returns a type as code, with a link to the model in it.
    pub(super) fn linked(&self, ty: &RustType) -> String {
        let code = docs::code(&ty.to_string());
        match ty.model() {
            Some(name) if self.models.contains_key(name) => format!("[{code}]({})", self.target(name)),
            _ => code,
        }
    }
}

fn group_file(module: &str) -> String {
    let stem = file_stem(module.trim_start_matches("r#"));
    if RESERVED.contains(&stem.to_lowercase().as_str()) {
        // A module has no `-`, so that no other group has this file.
        format!("{stem}-calls.md")
    } else {
        format!("{stem}.md")
    }
}

/// Returns the file of a shared model if all of them are too many for one page.
fn letter_file(name: &str) -> String {
    match name.chars().next() {
        Some(letter) if letter.is_ascii_alphabetic() => format!("models-{}.md", letter.to_ascii_lowercase()),
        _ => "models-other.md".to_owned(),
    }
}

/// Returns the approximate number of lines that describe a type.
fn lines(ty: &ir::Type) -> usize {
    let members = match &ty.shape {
        ir::Shape::Object(object) => object.members.len(),
        ir::Shape::Enum(shape) => shape.values.len(),
        ir::Shape::Union(union) => union.variants.len(),
        _ => 1,
    };
    let text = ty.text.description.as_ref().map_or(0, |text| text.lines().count());
    members + text + 9
}

// Pictures of lifecycles.

/// Draws the lifecycle of each status: path and text of the files.
pub(super) fn picture_files(context: &Context<'_>, header: &str) -> Vec<(String, String)> {
    let draw = |(id, _)| {
        let drawn = diagram(context, id)?.file(header)?;
        Some((picture_path(context, id)?, drawn))
    };
    context.api.types().filter_map(draw).collect()
}

/// Returns title and path of the picture of a status; `None`: it has none.
pub(super) fn picture(context: &Context<'_>, id: ir::TypeId) -> Option<(String, String)> {
    let title = diagram(context, id)?.title()?.to_owned();
    Some((title, picture_path(context, id)?))
}

/// Returns the path of the picture of a type: that of the type's file, which is valid on every file system. A further picture of the
/// same file has a number, because inline types have a file together.
fn picture_path(context: &Context<'_>, id: ir::TypeId) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::{group_file, letter_file};

    #[test]
    fn a_group_never_has_the_file_of_another_page() {
        for (module, file) in [
            ("customers", "customers.md"),
            ("guide", "guide-calls.md"),
            ("readme", "readme-calls.md"),
            ("r#type", "type.md"),
        ] {
            assert_eq!(group_file(module), file);
        }
    }

    #[test]
    fn a_page_of_many_models_has_one_letter() {
        assert_eq!(letter_file("Order"), "models-o.md");
        assert_eq!(letter_file("Übung"), "models-other.md");
    }
}
