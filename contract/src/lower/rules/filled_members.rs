//! Members that the client fills: `x-payload-hash` (an approval belongs to one operation and one body, its inputs exist, and bodies that
//! repeat it name that operation) and `x-bound` (the client can fill the member, which equals one of its values, in every request).

use std::collections::{BTreeSet, HashSet};

use super::types::{self, behind_null, is_scalar, members, object};
use crate::diag::{Code, Diagnostic, Report};
use crate::document::Document;
use crate::ir::{self, Additional, PartContent, PayloadHash, PayloadSource, ScalarFormat, Shape, TypeId};
use crate::limits;
use crate::source::{Span, escape};

/// Checks that an approving body serves one operation, its inputs exist, and `of` names an operation that approves.
pub(super) fn payload_hashes(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    let approving = api.operations.iter().filter(|operation| approves(api, operation));
    let approving: BTreeSet<&str> = approving.map(|operation| operation.id.as_str()).collect();
    same_ids(api, report);
    for (id, ty) in (0u32..).map(TypeId).zip(&api.types) {
        for member in members(&ty.shape) {
            let place = |part: &str| types::place(document, &member.origin, &format!("/x-payload-hash/{part}"));
            match &member.payload_hash {
                Some(PayloadHash::Of(of)) if !approving.contains(of.as_str()) => {
                    let message = format!("`{of}` is not an operation whose body contains an approval");
                    let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(place("of"));
                    let diagnostic = diagnostic.did_you_mean(of, approving.iter().copied());
                    report.push(diagnostic.help("write the id of the operation that creates the approved resource"));
                }
                Some(PayloadHash::Approves { into, inputs, .. }) => {
                    let is_body = |operation: &&ir::Operation| json_bodies(api, operation).any(|body| body == id);
                    let users: Vec<&ir::Operation> = api.operations.iter().filter(is_body).collect();
                    approves_one(ty, &users, member, report);
                    plain_paths(api, &users, report);
                    hash_member(api, member, into, place("into"), report);
                    if inputs.iter().any(|input| input.source == PayloadSource::OperationId) {
                        stated_ids(&users, report);
                    }
                    for input in inputs {
                        if let PayloadSource::Path(name) = &input.source {
                            let input = crate::source::escape(&input.member);
                            path_input(&users, name, place(&format!("inputs/{input}")), report);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Returns the types of the JSON bodies of an operation.
fn json_bodies<'a>(api: &'a ir::UnsealedApi, operation: &'a ir::Operation) -> impl Iterator<Item = TypeId> + 'a {
    operation.forms().filter_map(|form| match form.content {
        PartContent::Json(id) => Some(behind_null(api, id)),
        _ => None,
    })
}

/// Returns true if a JSON body of an operation has a member with an approval.
fn approves(api: &ir::UnsealedApi, operation: &ir::Operation) -> bool {
    let bodies = json_bodies(api, operation);
    let mut all = bodies.flat_map(|id| members(&api.types[id.0 as usize].shape));
    all.any(|member| matches!(member.payload_hash, Some(PayloadHash::Approves { .. })))
}

/// Reports operations with the id of another one, if an approval refers to that id.
fn same_ids(api: &ir::UnsealedApi, report: &mut Report) {
    let all = api.types.iter().flat_map(|ty| members(&ty.shape));
    let named = all.filter_map(|member| match &member.payload_hash {
        Some(PayloadHash::Of(of)) => Some(of.as_str()),
        _ => None,
    });
    let named: BTreeSet<&str> = named.collect();
    for operation in api.operations.iter().filter(|operation| operation.key != operation.id) {
        let is_named = named.contains(operation.id.as_str()) && json_bodies(api, operation).next().is_some();
        if is_named || approves(api, operation) {
            let id = &operation.id;
            let message = format!("an approval refers to `{id}`, but two operations have that id");
            let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(operation.origin.span);
            report.push(diagnostic.help("give each operation a different `operationId`"));
        }
    }
}

/// Checks that the evidence has the member for the hash.
fn hash_member(api: &ir::UnsealedApi, member: &ir::Member, into: &str, place: Span, report: &mut Report) {
    let evidence = object(api, member.ty);
    if !evidence.is_some_and(|evidence| evidence.members.iter().any(|known| known.name == into)) {
        let message = format!("the approval evidence has no member `{into}` for the hash");
        let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(place);
        report.push(diagnostic.help("name a member of the evidence in `into`"));
    }
}

/// Checks that operations whose id is hashed have one.
fn stated_ids(users: &[&ir::Operation], report: &mut Report) {
    for operation in users.iter().filter(|operation| !operation.id_given) {
        let message = "an approval of the operation's id, but the operation has none";
        let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(operation.origin.span);
        report.push(diagnostic.help("give it the `operationId` that the server hashes"));
    }
}

/// Checks that a body with an approval is the only form of one operation.
fn approves_one(ty: &ir::Type, bodies: &[&ir::Operation], member: &ir::Member, report: &mut Report) {
    if bodies.len() != 1 {
        let users: Vec<String> = bodies.iter().map(|operation| format!("`{}`", operation.id)).collect();
        let users = match users.as_slice() {
            [] => "none",
            users => &users.join(" and "),
        };
        let message =
            format!("a body with an approval must belong to exactly one operation, but this one belongs to {users}");
        let diagnostic = Diagnostic::new(Code::PayloadHash, message)
            .at(ty.origin.span)
            .also(member.origin.span, "the approval");
        report.push(diagnostic.help("give each operation a separate body schema"));
    }
    for operation in bodies.iter().filter(|operation| operation.forms().count() > 1) {
        let message = format!(
            "`{}` accepts its approved body in several forms, but a draft sends one",
            operation.id
        );
        let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(operation.origin.span);
        report.push(diagnostic.help("keep one form of the body"));
    }
}

/// Checks the path parameters of an approved operation: a draft keeps their arguments as plain texts.
fn plain_paths(api: &ir::UnsealedApi, bodies: &[&ir::Operation], report: &mut Report) {
    for operation in bodies {
        let in_path = operation
            .parameters
            .iter()
            .filter(|known| known.location == ir::ParameterLocation::Path);
        for other in in_path {
            let is_plain =
                other.style == ir::ParameterStyle::Simple && !other.allow_reserved && is_scalar(api, other.ty);
            if !is_plain {
                let (name, id) = (&other.name, &operation.id);
                let message =
                    format!("the path parameter `{name}` of `{id}`, which needs an approval, is not a plain value");
                let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(other.origin.span);
                report.push(diagnostic.help("write a scalar with `style: simple` whose `/` is percent-encoded"));
            }
        }
    }
}

fn path_input(bodies: &[&ir::Operation], name: &str, place: Span, report: &mut Report) {
    for operation in bodies {
        let has = operation
            .parameters
            .iter()
            .any(|known| known.location == ir::ParameterLocation::Path && known.name == name);
        if !has {
            let message = format!("`{}` has no path parameter `{name}` to hash", operation.id);
            let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(place);
            let known = operation.parameters.iter().map(|known| known.name.as_str());
            report.push(
                diagnostic
                    .did_you_mean(name, known)
                    .help("name a path parameter of the operation"),
            );
        }
    }
}

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
