//! `x-bound`: the client must be able to fill the member, which equals one of its values, in every request.

use std::collections::HashSet;

use super::types::{behind_null, members};
use crate::limits;
use crate::{
    diag::{Code, Report},
    document::Document,
    ir::{self, Additional, PartContent, ScalarFormat, Shape, TypeId},
    source::escape,
};

/// Checks that every bound member is a text of an object in the JSON body, at the same pointer in each JSON form of it.
/// Stores these pointers in the operation.
pub(super) fn bound(document: &Document, api: &mut ir::UnsealedApi, report: &mut Report) {
    let mut found = BoundCheck {
        api,
        leads: leads(api),
        report,
        told: HashSet::new(),
        seen: HashSet::new(),
    };
    let places = api.operations.iter().map(|operation| found.operation(operation));
    let places: Vec<Vec<String>> = places.collect();
    // In a selected part of a contract this cannot be checked: the rest may send it.
    if document.chosen.is_none() {
        found.unsent();
    }
    for (operation, places) in api.operations.iter_mut().zip(places) {
        operation.bound = places;
    }
}

/// Marks types that have a bound member, or contain one that has.
fn leads(api: &ir::UnsealedApi) -> Vec<bool> {
    let mut owners: Vec<Vec<usize>> = vec![Vec::new(); api.types.len()];
    for (owner, ty) in api.types.iter().enumerate() {
        ty.shape.visit(&mut |id| owners[id.0 as usize].push(owner));
    }
    let is_bound = |ty: &ir::Type| members(&ty.shape).iter().any(|member| member.bound.is_some());
    let mut leads: Vec<bool> = api.types.iter().map(is_bound).collect();
    let mut open: Vec<usize> = (0..leads.len()).filter(|id| leads[*id]).collect();
    while let Some(id) = open.pop() {
        for owner in &owners[id] {
            if !std::mem::replace(&mut leads[*owner], true) {
                open.push(*owner);
            }
        }
    }
    leads
}

struct BoundCheck<'a, 'r> {
    api: &'a ir::UnsealedApi,
    leads: Vec<bool>,
    report: &'r mut Report,
    /// Reported members: type and index.
    told: HashSet<(TypeId, usize)>,
    /// Types that a request reaches.
    seen: HashSet<TypeId>,
}

impl<'a> BoundCheck<'a, '_> {
    fn operation(&mut self, operation: &'a ir::Operation) -> Vec<String> {
        let mut forms: Vec<(&str, Vec<(String, &ir::Member)>)> = Vec::new();
        for form in operation.forms() {
            if let PartContent::Json(id) = form.content {
                let mut places = Vec::new();
                self.plain(id, "", &mut Vec::new(), &mut places);
                forms.push((&form.media_type, places));
            } else {
                for id in form.content.types() {
                    let why = format!("in a `{}` body", form.media_type);
                    self.elsewhere(id, &why, &mut HashSet::new());
                }
            }
        }
        for parameter in &operation.parameters {
            let why = format!("in the parameter `{}`", parameter.name);
            self.elsewhere(parameter.ty, &why, &mut HashSet::new());
        }
        for (_, places) in &forms {
            for (pointer, member) in places {
                let lacks =
                    |(_, other): &&(&str, Vec<(String, &ir::Member)>)| !other.iter().any(|(known, _)| known == pointer);
                if let Some((media, _)) = forms.iter().find(lacks) {
                    let message = format!("`x-bound`: the `{media}` body of `{}` has no such member", operation.id);
                    self.say(
                        member,
                        message,
                        "write `x-bound` on the same member in each JSON form of the body",
                    );
                }
            }
        }
        let mut all: Vec<String> = Vec::new();
        for (pointer, _) in forms.into_iter().flat_map(|(_, places)| places) {
            if !all.contains(&pointer) {
                all.push(pointer);
            }
        }
        all
    }

    /// Collects bound members of objects, and of nested objects: those can be filled in.
    fn plain(&mut self, id: TypeId, at: &str, inside: &mut Vec<TypeId>, places: &mut Vec<(String, &'a ir::Member)>) {
        let id = behind_null(self.api, id);
        let shape = &self.api.types[id.0 as usize].shape;
        if !self.leads[id.0 as usize] {
            return;
        }
        if !matches!(shape, Shape::Object(_)) {
            return self.elsewhere(id, "in a list, a map or a union", &mut HashSet::new());
        }
        if inside.contains(&id) || inside.len() >= limits::BOUND_DEPTH || places.len() >= limits::BOUND_MEMBERS {
            return self.elsewhere(id, "at any depth", &mut HashSet::new());
        }
        self.seen.insert(id);
        inside.push(id);
        for (index, member) in members(shape).iter().enumerate() {
            let pointer = format!("{at}/{}", escape(&member.name));
            if member.bound.is_none() {
                self.plain(member.ty, &pointer, inside, places);
            } else if let Some(why) = self.unfit(member) {
                if self.told.insert((id, index)) {
                    self.say(
                        member,
                        format!("`x-bound` is on a member that {why}"),
                        "write `x-bound` on a string of a request",
                    );
                }
            } else {
                places.push((pointer, member));
            }
        }
        if let Shape::Object(ir::ObjectShape {
            additional: Additional::Typed(values),
            ..
        }) = shape
        {
            self.elsewhere(*values, "in a list, a map or a union", &mut HashSet::new());
        }
        inside.pop();
    }

    fn unfit(&self, member: &ir::Member) -> Option<&'static str> {
        let shape = &self.api.types[behind_null(self.api, member.ty).0 as usize].shape;
        match shape {
            _ if member.read_only => Some("no request contains"),
            Shape::Scalar(ScalarFormat::Text, _) | Shape::Newtype(ScalarFormat::Text, _) => None,
            _ => Some("is not a string"),
        }
    }

    /// Reports bound members below a type that is not a member of an object in the JSON body.
    fn elsewhere(&mut self, id: TypeId, why: &str, seen: &mut HashSet<TypeId>) {
        let id = behind_null(self.api, id);
        if !self.leads[id.0 as usize] || !seen.insert(id) {
            return;
        }
        self.seen.insert(id);
        let shape = &self.api.types[id.0 as usize].shape;
        for (index, member) in members(shape).iter().enumerate() {
            if member.bound.is_some() && self.told.insert((id, index)) {
                let message = format!("`x-bound` is on a member {why}, where the client cannot fill it in");
                let help = "write `x-bound` on a member of the JSON body itself, or of an object in it";
                self.say(member, message, help);
            }
        }
        let mut inner = Vec::new();
        shape.visit(&mut |id| inner.push(id));
        for id in inner {
            self.elsewhere(id, why, seen);
        }
    }

    /// Reports bound members that no request has.
    fn unsent(&mut self) {
        for (id, ty) in (0u32..).map(TypeId).zip(&self.api.types) {
            if self.seen.contains(&id) {
                continue;
            }
            for member in members(&ty.shape).iter().filter(|member| member.bound.is_some()) {
                let message = "`x-bound` is on a member that no request contains".to_owned();
                self.say(
                    member,
                    message,
                    "write `x-bound` on a string of a request, or remove it",
                );
            }
        }
    }

    fn say(&mut self, member: &ir::Member, message: String, help: &str) {
        self.report.fault(Code::BadExtension, member.origin.span, message, help);
    }
}
