//! Names of parameters and members of requests that are never sensitive: an error may show their values in a text of the server.

use std::collections::{BTreeMap, HashSet};

use super::context::Context;
use sdkwright_contract::ir::{self, Additional, PartContent, Shape};

/// Returns the names, sorted. A name is left out if it is sensitive at one place, or if its value has members of any name.
pub(super) fn names<'a>(context: &Context<'a>) -> Vec<&'a str> {
    let mut walk = Walk {
        context,
        found: BTreeMap::new(),
        seen: HashSet::new(),
    };
    for (_, operation) in context.api.operations() {
        for parameter in &operation.parameters {
            walk.member(&parameter.name, parameter.ty, parameter.sensitive);
        }
        for form in operation.forms() {
            walk.content(&form.content);
        }
    }
    let shown = walk.found.into_iter().filter(|(_, is_hidden)| !is_hidden);
    shown.map(|(name, _)| name).collect()
}

struct Walk<'c, 'a> {
    context: &'c Context<'a>,
    /// True for a name that must not be shown.
    found: BTreeMap<&'a str, bool>,
    seen: HashSet<(ir::TypeId, bool)>,
}

impl<'a> Walk<'_, 'a> {
    fn content(&mut self, content: &'a PartContent) {
        match content {
            PartContent::Json(id) | PartContent::Form(id) | PartContent::Items(_, id) => self.value(*id, false),
            PartContent::Multipart(id, parts) => {
                let is_hidden = self.context.api.ty(*id).sensitive;
                for part in parts {
                    self.member(&part.name, part.ty, is_hidden || part.sensitive);
                }
            }
            PartContent::Binary | PartContent::Text => {}
        }
    }

    fn member(&mut self, name: &'a str, ty: ir::TypeId, is_hidden: bool) {
        let is_hidden = is_hidden || self.context.is_sensitive(ty) || self.is_open(ty);
        *self.found.entry(name).or_default() |= is_hidden;
        // A value is shown only if each name on the way to it is.
        if !is_hidden {
            self.value(ty, false);
        }
    }

    /// Returns true for a value whose members the contract does not name.
    fn is_open(&self, id: ir::TypeId) -> bool {
        match self.context.shape(self.context.resolve(id)) {
            Shape::Any | Shape::Map(..) => true,
            Shape::Nullable(inner) => self.is_open(*inner),
            Shape::Array(array) => self.is_open(array.items),
            Shape::Object(object) => matches!(object.additional, Additional::Typed(_)),
            _ => false,
        }
    }

    fn value(&mut self, id: ir::TypeId, is_hidden: bool) {
        let id = self.context.resolve(id);
        let is_hidden = is_hidden || self.context.api.ty(id).sensitive;
        if !self.seen.insert((id, is_hidden)) {
            return;
        }
        match self.context.shape(id) {
            Shape::Object(object) => {
                for member in &object.members {
                    self.member(&member.name, member.ty, is_hidden || member.sensitive);
                }
            }
            Shape::Array(array) => self.value(array.items, is_hidden),
            Shape::Tuple(items) => items.iter().for_each(|item| self.value(*item, is_hidden)),
            Shape::Union(union) => union
                .variants
                .iter()
                .for_each(|variant| self.value(variant.ty, is_hidden)),
            Shape::Nullable(inner) | Shape::Alias(inner) => self.value(*inner, is_hidden),
            _ => {}
        }
    }
}
