//! The same object in both contracts: types by their names, operations by their ids. Each pair comes in the order of the findings.

use std::collections::{BTreeMap, HashMap, HashSet};

use sdkwright_contract::ir::{
    Api, NameHint, Operation, PartContent, ProblemModel, ProblemRow, RowOutcome, SecurityKind, SecurityScheme, Shape,
    SignatureRules, StatedProblem, Type, TypeId, WebhookEvent,
};

use super::judge::{Extended, ObjectPair};
use crate::contract::Contract;

/// Both contracts, as [`visit`] needs them.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a, 't> {
    pub(super) base: &'a Api,
    pub(super) revision: &'a Api,
    pub(super) contracts: [&'a Contract<'t>; 2],
}

/// Gives `each` all pairs of objects.
pub(super) fn visit<'a>(sides: Sides<'a, '_>, each: &mut dyn FnMut(&ObjectPair<'a>)) {
    let Sides { base, revision, .. } = sides;
    let roots = |object: fn(&'a Api) -> Extended<'a>| ObjectPair {
        objects: [Some(object(base)), Some(object(revision))],
        ..ObjectPair::default()
    };
    each(&roots(Extended::Security));
    schemes(base, revision, each);
    tokens(base, revision, each);
    each(&ObjectPair {
        objects: [base, revision].map(|api| api.idempotency.as_ref().map(Extended::Idempotency)),
        ..ObjectPair::default()
    });
    for (old, new) in operations(base, revision) {
        let pair = of_operation(old, new);
        each(&pair.with(Extended::Operation, old, new));
        for alias in &old.aliases {
            if let Some(other) = new.aliases.iter().find(|other| other.method == alias.method) {
                each(&pair.with(Extended::Alias, alias, other).named(&alias.method));
            }
        }
        // Paging that both contracts leave to names and types changes on the wire alone.
        let is_stated = |side: usize, one: &Operation| {
            let place = format!("{}/x-pagination", one.origin.pointer);
            sides.contracts[side].at(&place).is_some()
        };
        if is_stated(0, old) || is_stated(1, new) {
            each(&ObjectPair {
                objects: [old, new].map(|operation| operation.pagination.as_ref().map(Extended::Paging)),
                ..pair
            });
        }
    }
    problems(base, revision, each);
    let types = types(base, revision);
    lifecycles(sides, &types, each);
    members(&types, each);
    parameters(base, revision, each);
    webhooks(base, revision, each);
    each(&roots(Extended::Root));
    for (old, new) in operations(base, revision) {
        each(&of_operation(old, new).with(Extended::ServedOperation, old, new));
    }
    for same in &types {
        each(&same.pair().with(Extended::ServedType, same.old, same.new));
    }
}

impl<'a> ObjectPair<'a> {
    fn at(old: &str, new: &str) -> Self {
        Self {
            at: [old.to_owned(), new.to_owned()],
            ..Self::default()
        }
    }

    fn named(self, owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            ..self
        }
    }

    fn with<T>(&self, object: fn(&'a T) -> Extended<'a>, old: &'a T, new: &'a T) -> Self {
        Self {
            objects: [Some(object(old)), Some(object(new))],
            ..self.clone()
        }
    }
}

fn of_operation<'a>(old: &Operation, new: &Operation) -> ObjectPair<'a> {
    ObjectPair {
        operations: vec![call(new)],
        ..ObjectPair::at(&old.origin.pointer, &new.origin.pointer).named(&call(new))
    }
}

/// Visits the schemes that sign, by their names. A scheme under another name signs as well, if it is the only one.
fn schemes<'a>(base: &'a Api, revision: &'a Api, each: &mut dyn FnMut(&ObjectPair<'a>)) {
    let (old, new) = (signed(base), signed(revision));
    for (scheme, signing) in &old {
        let same = new.iter().find(|(other, _)| other.name == scheme.name);
        let place = &scheme.origin.pointer;
        each(
            &match same.or_else(|| new.first().filter(|_| old.len() == 1 && new.len() == 1)) {
                Some((other, now)) => {
                    ObjectPair::at(place, &other.origin.pointer).with(Extended::Signing, *signing, *now)
                }
                None => ObjectPair {
                    objects: [Some(Extended::Scheme(scheme)), None],
                    ..ObjectPair::at(place, place).named(&scheme.name)
                },
            },
        );
    }
    for (scheme, _) in new.into_iter().filter(|_| old.is_empty()) {
        let place = &scheme.origin.pointer;
        each(&ObjectPair {
            objects: [None, Some(Extended::Scheme(scheme))],
            ..ObjectPair::at(place, place).named(&scheme.name)
        });
    }
}

/// Visits the token endpoints of the schemes that both contracts have.
fn tokens<'a>(base: &'a Api, revision: &'a Api, each: &mut dyn FnMut(&ObjectPair<'a>)) {
    for old in &base.security {
        let Some(new) = revision.security.iter().find(|new| new.name == old.name) else {
            continue;
        };
        if let (Some(before), Some(after)) = (&old.tokens, &new.tokens) {
            let pair = ObjectPair::at(&old.origin.pointer, &new.origin.pointer).named(&old.name);
            each(&pair.with(Extended::Tokens, before, after));
        }
    }
}

/// Returns the schemes that sign.
pub(super) fn signed(api: &Api) -> Vec<(&SecurityScheme, &SignatureRules)> {
    let schemes = api.security.iter().filter_map(|scheme| match &scheme.kind {
        SecurityKind::Signing(signing) => Some((scheme, &signing.rules)),
        _ => None,
    });
    schemes.collect()
}

/// Visits the rows of both registries, then the codes that only one has.
fn problems<'a>(base: &'a Api, revision: &'a Api, each: &mut dyn FnMut(&ObjectPair<'a>)) {
    let (Some(old), Some(new)) = (registry(base), registry(revision)) else {
        return;
    };
    let find = |rows: &'a ProblemModel, code: &str| rows.rows.iter().find(|one| one.row.code == code);
    let mut gained: Vec<&StatedProblem> = new
        .rows
        .iter()
        .filter(|one| find(old, one.row.code).is_none())
        .collect();
    let pair = |one: &StatedProblem, other: &StatedProblem| ObjectPair {
        note: unknown(&other.row).to_owned(),
        ..ObjectPair::at(&one.origin.pointer, &other.origin.pointer).named(one.row.code)
    };
    for one in &old.rows {
        if let Some(other) = find(new, one.row.code) {
            each(&pair(one, other).with(Extended::Problem, &one.row, &other.row));
        }
    }
    for one in old.rows.iter().filter(|one| find(new, one.row.code).is_none()) {
        let renamed = gained.iter().position(|other| is_same_but_code(&one.row, &other.row));
        let other = renamed.map(|at| gained.remove(at));
        each(&ObjectPair {
            objects: [
                Some(Extended::Code(&one.row)),
                other.map(|other| Extended::Code(&other.row)),
            ],
            ..pair(one, other.unwrap_or(one))
        });
    }
    for one in gained {
        each(&ObjectPair {
            objects: [None, Some(Extended::Code(&one.row))],
            ..pair(one, one)
        });
    }
}

/// Returns how programs treat the outcome of an unknown code.
fn unknown(row: &ProblemRow) -> &'static str {
    match row.outcome {
        RowOutcome::NotExecuted => "unknown (nothing was executed)",
        RowOutcome::Unknown => "unknown",
    }
}

/// Returns true if the registry has a row of this code.
pub(super) fn has_row(api: &Api, code: &str) -> bool {
    registry(api).is_some_and(|rows| rows.rows.iter().any(|one| one.row.code == code))
}

fn registry(api: &Api) -> Option<&ProblemModel> {
    match &api.ty(api.problem_codes?).shape {
        Shape::Enum(list) => list.problems.as_ref(),
        _ => None,
    }
}

fn is_same_but_code(one: &ProblemRow, other: &ProblemRow) -> bool {
    let plain = |row: &ProblemRow| ProblemRow {
        code: "",
        title: "",
        ..row.clone()
    };
    plain(one) == plain(other)
}

/// A type that both APIs have.
struct SameType<'a> {
    old: &'a Type,
    new: &'a Type,
    /// Its id in the revision.
    id: TypeId,
}

impl<'a> SameType<'a> {
    fn pair(&self) -> ObjectPair<'a> {
        ObjectPair {
            reach: Some(self.id),
            ..ObjectPair::at(&self.old.origin.pointer, &self.new.origin.pointer).named(key(self.new))
        }
    }
}

/// Visits the lifecycles as programs follow them, then as the server follows them.
fn lifecycles<'a>(sides: Sides<'a, '_>, types: &[SameType<'a>], each: &mut dyn FnMut(&ObjectPair<'a>)) {
    let enums = types
        .iter()
        .filter_map(|same| match (&same.old.shape, &same.new.shape) {
            (Shape::Enum(old), Shape::Enum(new)) => Some((same.pair(), old, new)),
            _ => None,
        });
    let enums: Vec<_> = enums.collect();
    for (pair, old, new) in &enums {
        each(&ObjectPair {
            objects: [old, new].map(|list| list.lifecycle.as_ref().map(Extended::Lifecycle)),
            ..pair.clone()
        });
    }
    for (pair, old, new) in enums {
        let word = |side: usize| sides.contracts[side].at(&format!("{}/x-lifecycle", pair.at[side]));
        if word(0).is_some() && word(1).is_some() {
            each(&pair.with(Extended::Steps, old, new));
        }
    }
}

/// Visits the types that have a name, and the members of objects. A plain type without a name is shared by members, whose own
/// marks count.
fn members<'a>(types: &[SameType<'a>], each: &mut dyn FnMut(&ObjectPair<'a>)) {
    for same in types {
        let pair = same.pair();
        if !matches!(same.new.name, NameHint::Anonymous) {
            each(&pair.with(Extended::Type, same.old, same.new));
        }
        let (Shape::Object(old), Shape::Object(new)) = (&same.old.shape, &same.new.shape) else {
            continue;
        };
        let known: HashMap<&str, _> = new.members.iter().map(|one| (one.name.as_str(), one)).collect();
        for member in &old.members {
            if let Some(other) = known.get(member.name.as_str()) {
                let pair = ObjectPair {
                    at: [member.origin.pointer.clone(), other.origin.pointer.clone()],
                    owner: format!("{}.{}", pair.owner, other.name),
                    ..pair.clone()
                };
                each(&pair.with(Extended::Member, member, *other));
            }
        }
    }
}

fn parameters<'a>(base: &'a Api, revision: &'a Api, each: &mut dyn FnMut(&ObjectPair<'a>)) {
    for (old, new) in operations(base, revision) {
        for parameter in &old.parameters {
            let mut others = new.parameters.iter();
            if let Some(other) = others.find(|one| one.name == parameter.name && one.location == parameter.location) {
                let pair = ObjectPair {
                    at: [parameter.origin.pointer.clone(), other.origin.pointer.clone()],
                    ..of_operation(old, new).named(&other.name)
                };
                each(&pair.with(Extended::Parameter, parameter, other));
            }
        }
    }
}

fn webhooks<'a>(base: &'a Api, revision: &'a Api, each: &mut dyn FnMut(&ObjectPair<'a>)) {
    each(&ObjectPair {
        objects: [base, revision].map(|api| api.webhooks.as_ref().map(Extended::Webhooks)),
        ..ObjectPair::default()
    });
    if let (Some(old), Some(new)) = (&base.webhooks, &revision.webhooks) {
        let gone = |name: &String| !old.resources.iter().any(|(other, _)| other == name);
        let added = new.resources.iter().filter(|(name, _)| gone(name));
        for (name, _) in old.resources.iter().chain(added) {
            let find = |all: &'a [(String, TypeId)]| all.iter().find(|(other, _)| other == name).map(|(_, id)| id);
            let place = format!("/x-webhooks/resources/{name}");
            each(&ObjectPair {
                objects: [find(&old.resources), find(&new.resources)].map(|id| id.map(Extended::Resource)),
                ..ObjectPair::at(&place, &place).named(name)
            });
        }
        events(
            "/x-webhooks/events",
            [&old.events, &new.events].map(|all| all.iter().collect()),
            each,
        );
    }
    // The wire compares callbacks, whose names are not sent.
    let own = |api: &'a Api| api.deliveries.iter().filter(|event| event.callback.is_none()).collect();
    events("/webhooks", [base, revision].map(own), each);
}

/// Visits the events that only one contract has.
fn events<'a>(place: &str, [old, new]: [Vec<&'a WebhookEvent>; 2], each: &mut dyn FnMut(&ObjectPair<'a>)) {
    let pair = |event: &WebhookEvent| {
        let place = format!("{place}/{}", event.name);
        ObjectPair::at(&place, &place).named(&event.name)
    };
    let has = |events: &[&WebhookEvent], event: &WebhookEvent| events.iter().any(|other| other.name == event.name);
    for event in old.iter().filter(|event| !has(&new, event)) {
        each(&ObjectPair {
            objects: [Some(Extended::Event(event)), None],
            ..pair(event)
        });
    }
    for event in new.iter().filter(|event| !has(&old, event)) {
        each(&ObjectPair {
            objects: [None, Some(Extended::Event(event))],
            ..pair(event)
        });
    }
}

/// Returns the key of a type: its name, or its place without one.
pub(super) fn key(ty: &Type) -> &str {
    match &ty.name {
        NameHint::Pinned(name) | NameHint::Given(name) | NameHint::Elsewhere { name, .. } => name,
        NameHint::Derived(_) | NameHint::Anonymous => &ty.origin.pointer,
    }
}

/// Returns the types that are in both APIs, in the order of the first.
fn types<'a>(base: &'a Api, revision: &'a Api) -> Vec<SameType<'a>> {
    let mut known: HashMap<&str, (TypeId, &Type)> = HashMap::new();
    for (id, ty) in revision.types() {
        known.entry(key(ty)).or_insert((id, ty));
    }
    let mut seen = HashSet::new();
    let types = base.types().filter(|(_, ty)| seen.insert(key(ty)));
    types
        .filter_map(|(_, old)| known.get(key(old)).map(|&(id, new)| SameType { old, new, id }))
        .collect()
}

/// Returns the operations that are in both APIs, by id, else by method and path.
pub(super) fn operations<'a>(base: &'a Api, revision: &'a Api) -> Vec<(&'a Operation, &'a Operation)> {
    let by_key: HashMap<&str, &Operation> = revision.operations().map(|(_, one)| (one.key.as_str(), one)).collect();
    let by_call: HashMap<(&str, &str), &Operation> = revision
        .operations()
        .map(|(_, one)| ((one.method.token(), one.path.as_str()), one))
        .collect();
    base.operations()
        .filter_map(|(_, one)| {
            let same = by_key.get(one.key.as_str());
            let other = same.or_else(|| by_call.get(&(one.method.token(), one.path.as_str())))?;
            Some((one, *other))
        })
        .collect()
}

/// Returns method and path of an operation.
pub(super) fn call(operation: &Operation) -> String {
    format!("{} {}", operation.method.token(), operation.path)
}

/// Operations by the types that they reach, in the order of the contract.
pub(super) struct Reach(BTreeMap<TypeId, Vec<String>>);

impl Reach {
    pub(super) fn new(api: &Api) -> Self {
        let mut reach: BTreeMap<TypeId, Vec<String>> = BTreeMap::new();
        for (_, operation) in api.operations() {
            let contents = operation.contents().flat_map(PartContent::types);
            let parameters = operation.parameters.iter().map(|parameter| parameter.ty);
            let headers = operation.headers().map(|header| header.ty);
            let mut open: Vec<TypeId> = contents.chain(parameters).chain(headers).collect();
            let mut seen: HashSet<TypeId> = HashSet::new();
            while let Some(id) = open.pop() {
                if seen.insert(id) {
                    reach.entry(id).or_default().push(call(operation));
                    api.ty(id).shape.visit(&mut |below| open.push(below));
                }
            }
        }
        Self(reach)
    }

    pub(super) fn operations(&self, id: TypeId) -> Vec<String> {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}
