//! Draft to [`ir::Api`]: one question about the whole API per pass, in a fixed order.
//!
//! In: an unsealed API made by `lower`. Out: a sealed API without dangling ids, unboxed containment cycles and huge values, with known
//! reachability, constants and probes. A pass changes the API and reports; it never reads the contract.

mod boxing;
mod constants;
mod duplicates;
mod edges;
mod possible;
mod probes;
mod unions;

use std::collections::HashMap;

use crate::diag::{Code, Diagnostic, Report};
use crate::ir::{
    self, Additional, Condition, Constraints, Member, NameHint, ObjectShape, PartContent, Pointer, Presence, Shape,
    TypeId, UnsealedApi,
};
use crate::pattern::{self, Untranslated};
use crate::source::Span;

/// Name and function of a pass.
type Pass = (&'static str, fn(&mut ir::UnsealedApi, &mut Report));

/// All passes, in the order in which they run.
const PASSES: &[Pass] = &[
    ("resolve", resolve),
    ("unions", unions::run),
    ("aliases", aliases),
    ("nullable", nullable),
    ("unused", unused),
    ("sensitive", sensitive),
    ("duplicates", duplicates::run),
    ("possible", possible::run),
    ("cycles", boxing::box_cycles),
    ("large", boxing::box_large),
    ("additional", additional),
    ("reach", reach),
    ("patterns", patterns),
    ("direction", direction),
    ("constants", constants::run),
    ("probes", probes::run),
    ("alike", probes::report_alike),
];

/// Runs all passes and seals the API. `None` if there are errors.
pub(crate) fn seal(mut api: ir::UnsealedApi, report: &mut Report) -> Option<ir::Api> {
    for (_, pass) in PASSES {
        pass(&mut api, report);
    }
    (!report.has_errors()).then(|| ir::Api::sealed(api))
}

// Additional members: replaces a declared type that accepts any JSON by `Open`, so that they are kept as they arrive.

fn additional(api: &mut UnsealedApi, _report: &mut Report) {
    for index in 0..api.types.len() {
        let Shape::Object(object) = &api.types[index].shape else {
            continue;
        };
        if let Additional::Typed(id) = object.additional
            && *edges::shape(&api.types, id) == Shape::Any
            && let Shape::Object(object) = &mut api.types[index].shape
        {
            object.additional = Additional::Open;
        }
    }
}

// Aliases: anonymous ones are replaced by their target; named ones stay. A chain of aliases without a type at its end
// is any JSON value.

fn aliases(api: &mut UnsealedApi, report: &mut Report) {
    let mut types = std::mem::take(&mut api.types);
    let ends = ir::ends(&types, ir::alias);
    let endless = (0u32..).map(TypeId).zip(ends).filter(|(_, end)| end.is_none());
    for (at, _) in endless {
        let id = at.0 as usize;
        // The cycle may already be broken at another of its types.
        if ir::behind(&types, at).is_none() {
            let reason = "schemas that only refer to each other";
            let diagnostic = Diagnostic::new(Code::EndlessType, reason).at(types[id].origin.span);
            report.push(diagnostic.help("give one of them a `type` or other keywords"));
            *api.fallbacks.entry(reason.to_owned()).or_default() += 1;
            types[id].shape = Shape::Any;
        }
    }
    // The first type along the chain that has a name or a mark, or its end.
    let is_plain = |ty: &ir::Type| ty.name == NameHint::Anonymous && !ty.sensitive;
    let ends = ir::ends(&types, |ty| ir::alias(ty).filter(|_| is_plain(ty)));
    let target: Vec<TypeId> = (0u32..)
        .map(TypeId)
        .zip(ends)
        .map(|(id, end)| end.unwrap_or(id))
        .collect();
    for ty in &mut types {
        edges::map_shape(&mut ty.shape, &mut |id| target[id.0 as usize]);
    }
    api.types = types;
    edges::map_roots(api, &mut |id| target[id.0 as usize]);
}

// Nullability: joins nested `null`s, and drops `null` around any JSON value. (Members express it by their presence.)

fn nullable(api: &mut UnsealedApi, _report: &mut Report) {
    for id in edges::ids(api) {
        let index = id.0 as usize;
        let Shape::Nullable(inner) = api.types[index].shape else {
            continue;
        };
        let flat = match edges::shape(&api.types, inner) {
            Shape::Any => Some(Shape::Any),
            Shape::Null => Some(Shape::Null),
            _ => None,
        };
        if let Some(flat) = flat {
            api.types[index].shape = flat;
        }
    }
}

// Patterns: translates those of sent types for the engine of the runtime; reports each of the others once, because
// requests are not checked against it.

fn patterns(api: &mut UnsealedApi, report: &mut Report) {
    let mut known: HashMap<String, Option<String>> = HashMap::new();
    for ty in api.types.iter_mut().filter(|ty| ty.directions.request) {
        let limits = match &mut ty.shape {
            Shape::Scalar(_, limits) | Shape::Newtype(_, limits) => limits,
            Shape::Enum(shape) => &mut shape.limits,
            _ => continue,
        };
        check_pattern(limits, ty.origin.span, &mut known, report);
    }
}

fn check_pattern(
    limits: &mut Constraints,
    span: Span,
    known: &mut HashMap<String, Option<String>>,
    report: &mut Report,
) {
    for limits in limits.others.iter_mut().chain(&mut limits.either) {
        check_pattern(limits, span, known, report);
    }
    let Some(pattern) = &limits.pattern else { return };
    if !known.contains_key(pattern) {
        let translated = pattern::translate(pattern);
        // `validate` reports patterns that are no regular expressions.
        if let Err(Untranslated::Unsupported(why)) = &translated {
            let message = format!("the client does not check the pattern `{pattern}` before it sends a request: {why}");
            let help = "write it without this, so that both ECMA-262 and linear-time engines accept it";
            report.fault(Code::PatternNotChecked, span, message, help);
        }
        known.insert(pattern.clone(), translated.ok());
    }
    limits.checked_pattern = known.get(pattern).cloned().flatten();
}

// Reachability: marks each type as sent, received, both or neither.

fn reach(api: &mut UnsealedApi, _report: &mut Report) {
    let (sent, received) = edges::roots(api);
    for id in closure(api, sent) {
        api.types[id.0 as usize].directions.request = true;
    }
    for id in closure(api, received) {
        api.types[id.0 as usize].directions.response = true;
    }
}

fn closure(api: &UnsealedApi, mut open: Vec<TypeId>) -> Vec<TypeId> {
    let mut seen = vec![false; api.types.len()];
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut seen[id.0 as usize], true) {
            found.push(id);
            api.types[id.0 as usize].shape.visit(&mut |id| open.push(id));
        }
    }
    found
}

// Type references: checks that every id names a type. A dangling id is a defect of the generator; it becomes `Any` so
// that further ones are found too.

fn resolve(api: &mut UnsealedApi, report: &mut Report) {
    let count = api.types.len();
    let any = TypeId(u32::try_from(count).unwrap_or(u32::MAX));
    let mut lost = false;
    let mut types = std::mem::take(&mut api.types);
    for ty in &mut types {
        let origin = ty.origin.span;
        edges::map_shape(&mut ty.shape, &mut |id| {
            if (id.0 as usize) < count {
                return id;
            }
            lost = true;
            report.push(Diagnostic::new(Code::DanglingType, "a type that was never generated").at(origin));
            any
        });
    }
    api.types = types;
    edges::map_roots(api, &mut |id| {
        if (id.0 as usize) < count {
            return id;
        }
        lost = true;
        report.push(Diagnostic::new(Code::DanglingType, "a type that was never generated"));
        any
    });
    if lost {
        let unknown = ir::Type::new(NameHint::Anonymous, Shape::Any, ir::Origin::default());
        api.types.push(unknown);
    }
}

// Unused types: removes types made on the way that nothing refers to. Components and newtypes stay, used or not; the
// rest keeps its order.

fn unused(api: &mut UnsealedApi, _report: &mut Report) {
    let mut kept = vec![false; api.types.len()];
    let (mut open, received) = edges::roots(api);
    open.extend(received);
    open.extend(
        edges::ids(api).filter(|id| matches!(api.types[id.0 as usize].name, NameHint::Given(_) | NameHint::Pinned(_))),
    );
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut kept[id.0 as usize], true) {
            continue;
        }
        api.types[id.0 as usize].shape.visit(&mut |id| open.push(id));
    }
    let mut next = 0u32;
    let places: Vec<TypeId> = kept
        .iter()
        .map(|kept| {
            let id = TypeId(next);
            next += u32::from(*kept);
            id
        })
        .collect();
    let mut at = 0;
    api.types.retain(|_| {
        at += 1;
        kept[at - 1]
    });
    for ty in &mut api.types {
        edges::map_shape(&mut ty.shape, &mut |id| places[id.0 as usize]);
    }
    api.schemas.retain(|schema| kept[schema.ty.0 as usize]);
    edges::map_roots(api, &mut |id| places[id.0 as usize]);
}

// Presence by direction: in a sent type, `readOnly` members become optional, because the caller cannot know them and no
// request has them; in a received type, `writeOnly` members become optional, because they do not arrive. Where that type is
// sent, too, a required one becomes a condition, so that no request goes out without it.

fn direction(api: &mut UnsealedApi, _report: &mut Report) {
    for ty in &mut api.types {
        let reach = ty.directions;
        let Shape::Object(object) = &mut ty.shape else { continue };
        if reach.request {
            leave_out(object);
        }
        for member in &mut object.members {
            if (member.read_only && reach.request) || (member.write_only && reach.response) {
                let is_required = matches!(member.presence, Presence::Required | Presence::RequiredNullable);
                // The client or its draft fills in the others.
                let is_given = member.bound.is_none() && member.payload_hash.is_none();
                if is_required && is_given && reach.request && !member.read_only {
                    object.conditions.push(Condition::always(&member.name));
                }
                member.presence = match member.presence {
                    Presence::Required => Presence::Optional,
                    Presence::RequiredNullable => Presence::OptionalNullable,
                    optional => optional,
                };
            }
        }
    }
}

/// Removes `readOnly` members from the conditions of what is sent: they are required of responses alone.
fn leave_out(object: &mut ObjectShape) {
    let members = &object.members;
    let is_left_out = |name: &String| members.iter().any(|one| one.read_only && one.name == *name);
    for condition in &mut object.conditions {
        for set in &mut condition.one_of {
            set.retain(|name| !is_left_out(name));
        }
    }
    let never = |condition: &Condition| condition.when.iter().any(|(name, _)| is_left_out(name));
    let always = |condition: &Condition| condition.one_of.iter().any(Vec::is_empty);
    object
        .conditions
        .retain(|condition| !never(condition) && !always(condition));
}

// Sensitive places.

/// Passes the mark `sensitive` on to anonymous types inside of a sensitive place. A named type decides for itself, except problem documents:
/// their sentence, field details and URIs may repeat what was sent.
fn sensitive(api: &mut UnsealedApi, _report: &mut Report) {
    mark_problems(api);
    let mut inside: Vec<TypeId> = edges::ids(api)
        .filter(|id| api.types[id.0 as usize].sensitive)
        .collect();
    let mut seen = vec![false; api.types.len()];
    while let Some(id) = inside.pop() {
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        let mut next = Vec::new();
        api.types[id.0 as usize].shape.visit(&mut |id| next.push(id));
        for id in next {
            let ty = &mut api.types[id.0 as usize];
            match ty.name {
                NameHint::Given(_) | NameHint::Pinned(_) => {}
                NameHint::Derived(_) | NameHint::Elsewhere { .. } => {
                    ty.sensitive = true;
                    inside.push(id);
                }
                // A plain type is shared by all places; its content may belong to this place alone.
                NameHint::Anonymous => inside.push(id),
            }
        }
    }
}

/// Marks the sentence, the details per field and the URIs (RFC 9457) of problem documents.
fn mark_problems(api: &mut UnsealedApi) {
    let problem = api.settings.problem.clone();
    let rfc_9457 = || vec!["detail".to_owned()];
    // Code and title are shown, wherever they are.
    let shown: Vec<Pointer> = problem
        .iter()
        .flat_map(|places| std::iter::once(&places.code).chain(&places.title))
        .cloned()
        .collect();
    let (schema, detail, errors) = problem.map_or_else(
        || (None, Some(rfc_9457()), None),
        |places| (places.schema, places.detail, places.errors),
    );
    let answers = api.operations.iter().flat_map(|operation| &operation.responses);
    let failures = answers.filter(|answer| !answer.status.is_success());
    let carried = failures
        .flat_map(|answer| &answer.bodies)
        .filter_map(|body| match body.content {
            PartContent::Json(id) => Some(id),
            _ => None,
        });
    let mut carried: Vec<TypeId> = carried.chain(schema).collect();
    for id in carried.clone() {
        if let Shape::Union(union) = &api.types[ir::behind_null(&api.types, id).0 as usize].shape {
            carried.extend(union.variants.iter().map(|variant| variant.ty));
        }
    }
    for id in carried {
        for uri in URIS {
            mark_text(api, id, uri, &shown);
        }
        if let Some(detail) = &detail {
            mark(api, id, detail);
        }
        let Some(list) = errors.as_ref().and_then(|errors| mark(api, id, errors)) else {
            continue;
        };
        if let Shape::Array(array) = &api.types[ir::behind_null(&api.types, list).0 as usize].shape {
            let item = ir::behind_null(&api.types, array.items);
            let ty = &mut api.types[item.0 as usize];
            ty.sensitive |= matches!(ty.shape, Shape::Object(_));
        }
    }
}

/// URI members of a problem document (RFC 9457, sections 3.1.1 and 3.1.5): specific to an occurrence, or with arguments
/// in them.
const URIS: [&str; 2] = ["type", "instance"];

/// Marks a member of an object that may hold any text, unless it is one of `shown`.
fn mark_text(api: &mut UnsealedApi, from: TypeId, name: &str, shown: &[Pointer]) {
    let place = vec![name.to_owned()];
    if shown.contains(&place) {
        return;
    }
    let Shape::Object(object) = &api.types[ir::behind_null(&api.types, from).0 as usize].shape else {
        return;
    };
    let is_text = |member: &Member| {
        matches!(
            api.types[ir::behind_null(&api.types, member.ty).0 as usize].shape,
            Shape::Scalar(..)
        )
    };
    let mut members = object.members.iter();
    if members.any(|member| member.name == name && is_text(member)) {
        mark(api, from, &place);
    }
}

/// Marks the member at a pointer, and returns its type.
fn mark(api: &mut UnsealedApi, from: TypeId, place: &Pointer) -> Option<TypeId> {
    let (last, before) = place.split_last()?;
    let mut at = ir::behind_null(&api.types, from);
    for name in before {
        let Shape::Object(object) = &api.types[at.0 as usize].shape else {
            return None;
        };
        let member = object.members.iter().find(|member| member.name == *name)?;
        at = ir::behind_null(&api.types, member.ty);
    }
    let Shape::Object(object) = &mut api.types[at.0 as usize].shape else {
        return None;
    };
    let member = object.members.iter_mut().find(|member| member.name == *last)?;
    member.sensitive = true;
    Some(member.ty)
}

#[cfg(test)]
mod tests;
