//! The index of the models: by the group of operations that uses them, shared ones last.
//!
//! In: the sealed API with its names. Out: plain safe text, for the documentation of the module of models.

use serde::Serialize;

use super::context::Context;
use super::gates::{Users, users};
use super::usage::TypeRole;
use super::{docs, method_links};
use sdkwright_contract::ir;

/// Models that one group uses, or that several share.
#[derive(Debug, Serialize)]
pub struct ModelSection {
    /// The group in words; empty for models that several groups share.
    pub title: String,
    /// Module of its operations; empty for models that several groups share.
    pub module: String,
    /// Requests first, then resources and their parts; each kind sorted by name.
    pub models: Vec<IndexedModel>,
}

/// A model in the index.
#[derive(Debug, Serialize)]
pub struct IndexedModel {
    /// The Rust name.
    pub name: String,
    /// First sentence of its documentation.
    pub sentence: String,
}

/// Lists the models of each group, in contract order.
pub(super) fn sections(context: &Context<'_>) -> Vec<ModelSection> {
    let users = users(context.api, context.names);
    let groups = context.names.groups();
    let mut members: Vec<Vec<(usize, IndexedModel)>> = Vec::new();
    members.resize_with(groups.len() + 1, Vec::new);
    for (id, ty) in context.api.types() {
        let Some(name) = context.names.ty(id) else { continue };
        let at = match users.get(id.0 as usize) {
            Some(Users::One(group)) => *group,
            _ => groups.len(),
        };
        let text = ty.text.title.as_ref().or(ty.text.description.as_ref());
        let link = |target: &str| method_links::item(context.api, context.names, target);
        let sentence = text.map(|text| docs::linked_sentence(text, &link)).unwrap_or_default();
        let model = IndexedModel {
            name: name.to_owned(),
            sentence: sentence.replace('|', "\\|"),
        };
        if let Some(members) = members.get_mut(at) {
            members.push((kind(context, id, name), model));
        }
    }
    let titles = groups
        .iter()
        .map(|group| (in_words(&group.snake), group.module.clone()));
    let titles = titles.chain([(String::new(), String::new())]);
    let sections = titles.zip(members).map(|((title, module), mut members)| {
        members.sort_by(|(kind, a), (other, b)| (kind, &a.name).cmp(&(other, &b.name)));
        ModelSection {
            title,
            module,
            models: members.into_iter().map(|(_, model)| model).collect(),
        }
    });
    sections.filter(|section| !section.models.is_empty()).collect()
}

/// Returns the rank of a type's kind: requests, resources, parameters, parts, enums, ids, other values.
fn kind(context: &Context<'_>, id: ir::TypeId, name: &str) -> usize {
    match &context.api.ty(id).shape {
        ir::Shape::Object(_) | ir::Shape::Union(_) => match context.role(id) {
            Some(TypeRole::Sent) => 0,
            Some(TypeRole::Returned) => 1,
            Some(TypeRole::Parameter) => 2,
            None => 3,
        },
        ir::Shape::Enum(shape) if shape.is_open() => 4,
        ir::Shape::Newtype(..) if name.ends_with("Id") => 5,
        _ => 6,
    }
}

/// Returns a name in snake case as words that begin with a capital letter.
fn in_words(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
