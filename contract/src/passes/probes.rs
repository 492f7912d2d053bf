//! Probes: shapes that distinguish the variants of a union (kinds, required members, constants), and the order of their
//! test.
//!
//! Contract order, except that a variant with strictly more requirements than an earlier one comes before it, since it
//! could never be chosen otherwise.

use std::collections::HashSet;

use super::edges;
use crate::limits;
use crate::{
    diag::Report,
    ir::{
        self, EnumShape, JsonKind, Literals, Member, Presence, Probe, Scalar, ScalarFormat, Shape, Type, TypeId,
        UnionShape, UnsealedApi, Variant,
    },
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    for id in edges::ids(api) {
        let Shape::Union(union) = &api.types[id.0 as usize].shape else {
            continue;
        };
        let mut union = union.clone();
        for variant in &mut union.variants {
            variant.probes = probes(&api.types, variant.ty);
        }
        disjoint_members(&api.types, &mut union);
        union.order = order(&api.types, &union);
        api.types[id.0 as usize].shape = Shape::Union(union);
    }
}

fn kind(kind: JsonKind) -> Probe {
    Probe {
        kind: Some(kind),
        required: Vec::new(),
        constants: Vec::new(),
    }
}

/// Returns a probe that accepts anything.
fn anything() -> Probe {
    Probe {
        kind: None,
        ..kind(JsonKind::Null)
    }
}

/// Returns the distinct forms of a type's values, those of the unions in it included; beyond the limit one that accepts anything.
pub(super) fn probes(types: &[Type], id: TypeId) -> Vec<Probe> {
    let (mut open, mut entered, mut found) = (vec![id], HashSet::new(), Vec::new());
    while let Some(id) = open.pop() {
        if let Shape::Union(union) = edges::shape(types, id) {
            // Unions may contain each other: each is entered once.
            if entered.insert(ir::behind(types, id).unwrap_or(id)) {
                open.extend(union.variants.iter().rev().map(|variant| variant.ty));
            }
            continue;
        }
        for form in forms(types, id) {
            if !found.contains(&form) {
                found.push(form);
            }
        }
        if found.len() > limits::PROBES || entered.len() > limits::PROBED_UNIONS {
            return vec![anything()];
        }
    }
    found
}

/// Returns the forms of values of a type that is no union.
fn forms(types: &[Type], id: TypeId) -> Vec<Probe> {
    match edges::shape(types, id) {
        Shape::Null => vec![kind(JsonKind::Null)],
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => scalar(*format).iter().map(|one| kind(*one)).collect(),
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
            kinds.into_iter().map(kind).collect()
        }
        Shape::Object(object) => {
            let mut probe = kind(JsonKind::Object);
            for member in &object.members {
                if is_required(member) {
                    probe.required.push(member.name.clone());
                }
                if let Some(constant) = &member.constant {
                    probe.constants.push((member.name.clone(), vec![constant.clone()]));
                } else if let Shape::Enum(values) = edges::shape(types, member.ty)
                    && !is_seen_when_read(values)
                {
                    let mut values: Vec<Scalar> = values.values.iter().map(|value| value.value.clone()).collect();
                    // A null in an optional member reads as its absence.
                    if member.presence != Presence::Required {
                        values.push(Scalar::Null);
                    }
                    probe.constants.push((member.name.clone(), values));
                }
            }
            vec![probe]
        }
        Shape::Array(_) | Shape::Tuple(..) => vec![kind(JsonKind::Array)],
        Shape::Map(..) => vec![kind(JsonKind::Object)],
        Shape::Any | Shape::Union(_) | Shape::Nullable(_) | Shape::Alias(_) => vec![anything()],
    }
}

/// Returns true if the type of the enumeration knows its values, or excludes none.
fn is_seen_when_read(values: &EnumShape) -> bool {
    values.allows_others || values.is_open() || (values.literals() == Literals::Truth && values.values.len() > 1)
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
                Shape::Enum(shape) if !shape.allows_others => {
                    Some(shape.values.iter().map(|value| value.value.clone()).collect())
                }
                _ => None,
            })
            .collect();
        let mut seen = HashSet::new();
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

pub(super) fn is_required(member: &Member) -> bool {
    matches!(member.presence, Presence::Required | Presence::RequiredNullable)
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

/// Returns the variant all of whose members every other variant has.
fn base(types: &[Type], union: &UnionShape) -> Option<usize> {
    union.discriminator.as_ref()?;
    let members = |variant: &Variant| match &types[variant.ty.0 as usize].shape {
        Shape::Object(object) => Some(
            object
                .members
                .iter()
                .map(|member| member.name.as_str())
                .collect::<HashSet<_>>(),
        ),
        _ => None,
    };
    let all: Vec<HashSet<&str>> = union.variants.iter().map(members).collect::<Option<_>>()?;
    let (index, least) = all.iter().enumerate().min_by_key(|(_, members)| members.len())?;
    all.iter().all(|members| least.is_subset(members)).then_some(index)
}

/// Returns the order of the test. A value without a tag that fits the base of a family as well as its heirs is the base.
fn order(types: &[Type], union: &UnionShape) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(union.variants.len());
    let mut all: Vec<usize> = (0..union.variants.len()).collect();
    if let Some(base) = base(types, union) {
        all.retain(|index| *index != base);
        all.insert(0, base);
    }
    for index in all {
        let variant = &union.variants[index];
        let before = order
            .iter()
            .position(|other| asks_more(&variant.probes, &union.variants[*other].probes));
        order.insert(before.unwrap_or(order.len()), index);
    }
    order
}
