//! Probes: shapes that distinguish the variants of a union (kinds, required members, constants), the order of their test, and reports of
//! variants that have the same requirements.

use std::collections::HashSet;

use super::{edges, unions};
use crate::diag::{Code, Diagnostic, Report};
use crate::ir::{
    self, EnumShape, JsonKind, Literals, Member, ObjectShape, Presence, Probe, Scalar, ScalarFormat, Shape, Type,
    TypeId, UnionShape, UnsealedApi, Variant,
};
use crate::limits;

/// Sets the probes of the variants of each union, and the order of their test.
///
/// The order is that of the contract, except that a variant with strictly more requirements than an earlier one comes before it, since it
/// could never be chosen otherwise.
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
fn probes(types: &[Type], id: TypeId) -> Vec<Probe> {
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

fn is_required(member: &Member) -> bool {
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

/// Reports what would distinguish variants that have the same requirements.
pub(super) fn report_alike(api: &mut UnsealedApi, report: &mut Report) {
    for id in edges::ids(api) {
        if let Shape::Union(union) = &api.types[id.0 as usize].shape
            && union.discriminator.is_none()
        {
            tell(api, id, union, report);
        }
    }
}

fn tell(api: &UnsealedApi, id: TypeId, union: &UnionShape, report: &mut Report) {
    let forms: Vec<Vec<Probe>> = union.variants.iter().map(variant_forms).collect();
    for (index, variant) in union.variants.iter().enumerate() {
        let same = (0..index).filter(|before| forms[*before] == forms[index]);
        let told = same.map(|before| {
            let before = &union.variants[before];
            (
                before,
                difference(&api.types, before.ty, variant.ty, &mut HashSet::new()),
            )
        });
        let Some((before, told)) = told.into_iter().find(|(_, told)| *told != Contrast::Enough) else {
            continue;
        };
        let span = |id: TypeId| api.types[id.0 as usize].origin.span;
        let diagnostic = match told {
            Contrast::ByOptional(path) => {
                let path = path.join("/");
                let message = "only optional members distinguish two variants of a union";
                Diagnostic::new(Code::AlikeVariants, message)
                    .at(span(id))
                    .also(span(before.ty), "chosen if both describe a value equally well")
                    .also(span(variant.ty), format!("distinguished by `{path}`"))
                    .help(format!(
                        "add `{path}` to `required`, or add a discriminator to the union"
                    ))
            }
            Contrast::Never(common) => {
                let message = "nothing distinguishes two variants of a union: the first is always chosen";
                let help = match common {
                    Some(name) => {
                        format!("give `{name}` different values in each of them, or add a discriminator to the union")
                    }
                    None => "add a discriminator to the union, or a constant member to each of them".to_owned(),
                };
                Diagnostic::new(Code::AlikeVariants, message)
                    .at(span(id))
                    .also(span(before.ty), "always chosen")
                    .also(span(variant.ty), "never chosen")
                    .help(help)
            }
            Contrast::Enough => continue,
        };
        report.push(diagnostic);
    }
}

/// Returns the requirements of a variant in one order.
fn variant_forms(variant: &Variant) -> Vec<Probe> {
    let mut forms = variant.probes.clone();
    for form in &mut forms {
        form.required.sort_unstable();
        form.constants.sort_by(|(one, _), (other, _)| one.cmp(other));
    }
    forms
}

/// A difference between the values of a later type and those of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Contrast {
    /// The kinds, formats or values of something that is always there differ.
    Enough,
    /// A value with this optional member is not of the earlier type.
    ByOptional(Vec<String>),
    /// Every value is of the earlier type. A common member that could have other values, if there is one.
    Never(Option<String>),
}

/// Compares two types; null and empty lists are left out. A pair is compared once: within itself, it tells nothing.
fn difference(types: &[Type], earlier: TypeId, later: TypeId, seen: &mut HashSet<(TypeId, TypeId)>) -> Contrast {
    if earlier == later || seen.len() >= limits::COMPARED || !seen.insert((earlier, later)) {
        return Contrast::Never(None);
    }
    match (edges::shape(types, earlier), edges::shape(types, later)) {
        (Shape::Object(one), Shape::Object(other)) => of_objects(types, one, other, seen),
        (Shape::Object(object), Shape::Map(..)) | (Shape::Map(..), Shape::Object(object)) => {
            let first = object.members.first();
            first.map_or(Contrast::Never(None), |member| {
                Contrast::ByOptional(vec![member.name.clone()])
            })
        }
        (Shape::Enum(one), Shape::Enum(other)) => of_values(one, other),
        (Shape::Array(one), Shape::Array(other)) => difference(types, one.items, other.items, seen),
        (Shape::Nullable(one), _) => difference(types, *one, later, seen),
        (_, Shape::Nullable(other)) => difference(types, earlier, *other, seen),
        (Shape::Union(union), _) => of_all(union, false, |id| difference(types, id, later, seen)),
        (_, Shape::Union(union)) => of_all(union, true, |id| difference(types, earlier, id, seen)),
        _ => of_kinds(types, earlier, later),
    }
}

fn of_objects(
    types: &[Type],
    one: &ObjectShape,
    other: &ObjectShape,
    seen: &mut HashSet<(TypeId, TypeId)>,
) -> Contrast {
    let has = |object: &ObjectShape, name: &str| object.members.iter().any(|member| member.name == name);
    let lacks = |member: &&crate::ir::Member| is_required(member) && !has(other, &member.name);
    if one.members.iter().any(|member| lacks(&member)) {
        return Contrast::Enough;
    }
    let (mut told, mut common) = (None, None);
    for member in &other.members {
        let must = is_required(member);
        let Some(twin) = one.members.iter().find(|twin| twin.name == member.name) else {
            if must {
                return Contrast::Enough;
            }
            told.get_or_insert_with(|| vec![member.name.clone()]);
            continue;
        };
        match difference(types, twin.ty, member.ty, seen) {
            Contrast::Enough if must && is_required(twin) => return Contrast::Enough,
            Contrast::Enough => drop(told.get_or_insert_with(|| vec![member.name.clone()])),
            Contrast::ByOptional(path) => {
                told.get_or_insert_with(|| std::iter::once(member.name.clone()).chain(path).collect());
            }
            Contrast::Never(_) => {
                let is_text = matches!(edges::shape(types, member.ty), Shape::Enum(_));
                common = common.or_else(|| is_text.then(|| member.name.clone()));
            }
        }
    }
    told.map_or(Contrast::Never(common), Contrast::ByOptional)
}

fn of_values(one: &EnumShape, other: &EnumShape) -> Contrast {
    let is_common = |value: &crate::ir::EnumValue| one.values.iter().any(|known| known.value == value.value);
    if one.allows_others || (!other.allows_others && other.values.iter().any(is_common)) {
        Contrast::Never(None)
    } else {
        Contrast::Enough
    }
}

/// Compares other types: by the kinds of their values, and by their formats.
fn of_kinds(types: &[Type], earlier: TypeId, later: TypeId) -> Contrast {
    let kinds = |id: TypeId| -> Vec<_> { probes(types, id).into_iter().map(|form| form.kind).collect() };
    let is_same = match (edges::shape(types, earlier), edges::shape(types, later)) {
        (Shape::Any, _) => true,
        (Shape::Enum(_), _) => false,
        (Shape::Scalar(one, _) | Shape::Newtype(one, _), Shape::Scalar(other, _) | Shape::Newtype(other, _)) => {
            kinds(earlier) == kinds(later) && unions::wider(*one, *other) == *one
        }
        _ => kinds(earlier) == kinds(later),
    };
    if is_same {
        Contrast::Never(None)
    } else {
        Contrast::Enough
    }
}

/// Returns what tells most, or least, of all variants of a union.
fn of_all(union: &UnionShape, most: bool, mut told: impl FnMut(TypeId) -> Contrast) -> Contrast {
    let all = union.variants.iter().map(|variant| told(variant.ty));
    let rank = |told: &Contrast| match told {
        Contrast::Enough => 2,
        Contrast::ByOptional(_) => 1,
        Contrast::Never(_) => 0,
    };
    let found = if most {
        all.max_by_key(rank)
    } else {
        all.min_by_key(rank)
    };
    found.unwrap_or(Contrast::Never(None))
}
