//! Probes: shapes that distinguish the variants of a union (kinds, required members, constants, kinds of members), and
//! the order of their test.
//!
//! Contract order, except that a variant with strictly more requirements than an earlier one comes before it, since it
//! could never be chosen otherwise. Variants with equal requirements are reported.

use super::edges;
use crate::limits;
use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{
        JsonKind, Member, ObjectShape, Presence, Probe, Scalar, ScalarFormat, Shape, Type, TypeId, UnionShape,
        UnsealedApi, Variant,
    },
};

pub(super) fn run(api: &mut UnsealedApi, report: &mut Report) {
    for id in edges::ids(api) {
        let Shape::Union(union) = &api.types[id.0 as usize].shape else {
            continue;
        };
        let mut union = union.clone();
        for variant in &mut union.variants {
            probes(&api.types, variant.ty, &mut variant.probes, 0);
        }
        disjoint_members(&api.types, &mut union);
        union.order = order(&union);
        kinds_of_members(&api.types, &mut union);
        if union.discriminator.is_none() {
            alike(api, id, &union, report);
        }
        api.types[id.0 as usize].shape = Shape::Union(union);
    }
}

fn kind(kind: JsonKind) -> Probe {
    Probe {
        kind: Some(kind),
        required: Vec::new(),
        constants: Vec::new(),
        members: Vec::new(),
    }
}

/// Returns a probe that accepts anything.
fn anything() -> Probe {
    Probe {
        kind: None,
        ..kind(JsonKind::Null)
    }
}

fn probes(types: &[Type], id: TypeId, into: &mut Vec<Probe>, depth: u32) {
    if into.len() >= limits::PROBES {
        return;
    }
    match edges::shape(types, id) {
        Shape::Null => into.push(kind(JsonKind::Null)),
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => {
            into.extend(scalar(*format).iter().map(|one| kind(*one)));
        }
        Shape::Enum(values) => {
            let kinds = values.values.iter().map(|value| match value.value {
                Scalar::Null => JsonKind::Null,
                Scalar::Bool(_) => JsonKind::Bool,
                Scalar::Number(_) => JsonKind::Number,
                Scalar::String(_) => JsonKind::String,
            });
            let mut kinds: Vec<JsonKind> = kinds.collect();
            kinds.sort_unstable();
            kinds.dedup();
            into.extend(kinds.into_iter().map(kind));
        }
        Shape::Object(object) => {
            let mut probe = kind(JsonKind::Object);
            for member in &object.members {
                if !is_required(member) {
                    continue;
                }
                probe.required.push(member.name.clone());
                if let Some(constant) = &member.constant {
                    probe.constants.push((member.name.clone(), vec![constant.clone()]));
                }
            }
            into.push(probe);
        }
        Shape::Array(_) | Shape::Tuple(..) => into.push(kind(JsonKind::Array)),
        Shape::Map(..) => into.push(kind(JsonKind::Object)),
        Shape::Union(union) if depth < limits::PROBE_DEPTH => {
            for variant in &union.variants {
                probes(types, variant.ty, into, depth + 1);
            }
        }
        Shape::Any | Shape::Union(_) | Shape::Nullable(_) | Shape::Alias(_) => into.push(anything()),
    }
}

fn scalar(format: ScalarFormat) -> &'static [JsonKind] {
    match format {
        ScalarFormat::Bool => &[JsonKind::Bool],
        ScalarFormat::I32
        | ScalarFormat::I64
        | ScalarFormat::U64
        | ScalarFormat::Integer
        | ScalarFormat::Float
        | ScalarFormat::Number => &[JsonKind::Number],
        // An exact decimal is read from text and from a number.
        ScalarFormat::Decimal => &[JsonKind::String, JsonKind::Number],
        _ => &[JsonKind::String],
    }
}

/// Adds probes by a required enumeration that all objects have under one name, without a common value.
fn disjoint_members(types: &[Type], union: &mut UnionShape) {
    let object = |(index, variant): (usize, &Variant)| match edges::shape(types, variant.ty) {
        Shape::Object(object) => Some((index, object)),
        _ => None,
    };
    let objects: Vec<_> = union.variants.iter().enumerate().filter_map(object).collect();
    let [(_, first), _, ..] = objects.as_slice() else {
        return;
    };
    for name in first.members.iter().map(|member| member.name.as_str()) {
        let values: Vec<Vec<Scalar>> = objects
            .iter()
            .filter_map(|(_, object)| {
                object
                    .members
                    .iter()
                    .find(|member| member.name == name && member.presence == Presence::Required)
            })
            .filter_map(|member| match edges::shape(types, member.ty) {
                Shape::Enum(shape) => Some(shape.values.iter().map(|value| value.value.clone()).collect()),
                _ => None,
            })
            .collect();
        let mut seen = std::collections::HashSet::new();
        if values.len() != objects.len() || !values.iter().flatten().all(|value| seen.insert(value)) {
            continue;
        }
        for ((index, _), values) in objects.iter().zip(values) {
            for probe in &mut union.variants[*index].probes {
                if !probe.constants.iter().any(|(known, _)| known == name) {
                    probe.constants.push((name.to_owned(), values.clone()));
                }
            }
        }
        return;
    }
}

/// Adds the kinds of common members where a value of a later variant could be taken for an earlier one: `{ value: text
/// }` and `{ value: number }`.
fn kinds_of_members(types: &[Type], union: &mut UnionShape) {
    let object = |variant: &Variant| match edges::shape(types, variant.ty) {
        Shape::Object(object) => Some(object),
        _ => None,
    };
    let objects: Vec<_> = union.variants.iter().map(object).collect();
    for (place, index) in union.order.iter().enumerate() {
        let Some(earlier) = objects[*index] else { continue };
        let mut told: Vec<(String, Vec<JsonKind>)> = Vec::new();
        for other in union.order[place + 1..].iter().copied() {
            let Some(later) = objects[other] else { continue };
            if !may_be_taken(&union.variants[*index], &union.variants[other], later) {
                continue;
            }
            for member in &earlier.members {
                let Some(twin) = later.members.iter().find(|twin| twin.name == member.name) else {
                    continue;
                };
                let (Some(own), Some(theirs)) = (kinds(types, member), kinds(types, twin)) else {
                    continue;
                };
                let known = told.iter().any(|(name, _)| *name == member.name);
                if !known && theirs.iter().any(|kind| !own.contains(kind)) {
                    told.push((member.name.clone(), own));
                }
            }
        }
        for probe in &mut union.variants[*index].probes {
            probe.members.clone_from(&told);
        }
    }
}

fn is_required(member: &Member) -> bool {
    matches!(member.presence, Presence::Required | Presence::RequiredNullable)
}

/// Returns true if a value of the later variant can meet all requirements of the earlier one.
fn may_be_taken(earlier: &Variant, later: &Variant, shape: &ObjectShape) -> bool {
    // An object has one probe.
    let (Some(earlier), Some(later)) = (earlier.probes.first(), later.probes.first()) else {
        return false;
    };
    let has = |name: &String| shape.members.iter().any(|member| member.name == *name);
    let apart = earlier.constants.iter().any(|(name, values)| {
        let theirs = later.constants.iter().find(|(known, _)| known == name);
        theirs.is_some_and(|(_, theirs)| values.iter().all(|value| !theirs.contains(value)))
    });
    earlier.required.iter().all(has) && !apart
}

/// Returns the kinds of a member's value; `None`: any.
fn kinds(types: &[Type], member: &Member) -> Option<Vec<JsonKind>> {
    let mut forms = Vec::new();
    probes(types, member.ty, &mut forms, 0);
    let mut kinds: Vec<JsonKind> = forms.iter().map(|form| form.kind).collect::<Option<_>>()?;
    // A null in an optional member reads as its absence.
    if member.presence != Presence::Required {
        kinds.push(JsonKind::Null);
    }
    kinds.sort_unstable();
    kinds.dedup();
    (forms.len() < limits::PROBES).then_some(kinds)
}

/// Returns true if every value that fits `narrow` fits `wide`, but not the other way round.
fn asks_more(narrow: &[Probe], wide: &[Probe]) -> bool {
    narrow
        .iter()
        .all(|narrow| wide.iter().any(|wide| implies(narrow, wide)))
        && !wide
            .iter()
            .all(|wide| narrow.iter().any(|narrow| implies(wide, narrow)))
}

fn implies(narrow: &Probe, wide: &Probe) -> bool {
    (wide.kind.is_none() || wide.kind == narrow.kind)
        && wide.required.iter().all(|name| narrow.required.contains(name))
        && wide.constants.iter().all(|(name, values)| {
            narrow
                .constants
                .iter()
                .any(|(known, own)| known == name && own.iter().all(|value| values.contains(value)))
        })
}

fn order(union: &UnionShape) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(union.variants.len());
    for (index, variant) in union.variants.iter().enumerate() {
        let before = order
            .iter()
            .position(|other| asks_more(&variant.probes, &union.variants[*other].probes));
        order.insert(before.unwrap_or(order.len()), index);
    }
    order
}

/// Returns true if both have equal requirements, in any order of members.
fn same(one: &Variant, other: &Variant) -> bool {
    let forms = |variant: &Variant| {
        let mut forms = variant.probes.clone();
        for form in &mut forms {
            form.required.sort_unstable();
            form.constants.sort_by(|(one, _), (other, _)| one.cmp(other));
            form.members.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        forms
    };
    forms(one) == forms(other)
}

fn alike(api: &UnsealedApi, id: TypeId, union: &UnionShape, report: &mut Report) {
    for (index, variant) in union.variants.iter().enumerate() {
        let Some(before) = union.variants[..index].iter().find(|before| same(before, variant)) else {
            continue;
        };
        let span = |id: TypeId| api.types[id.0 as usize].origin.span;
        let message = "two variants of a union that nothing tells apart: the first is always chosen";
        let diagnostic = Diagnostic::new(Code::AlikeVariants, message)
            .at(span(id))
            .also(span(before.ty), "always chosen")
            .also(span(variant.ty), "never chosen")
            .help("give them a discriminator, a constant member or different required members");
        report.push(diagnostic);
    }
}
