//! Variants of a union that have the same requirements: reports what would tell them apart.

use std::collections::HashSet;

use super::{edges, probes, unions};
use crate::limits;
use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{EnumShape, ObjectShape, Probe, Shape, Type, TypeId, UnionShape, UnsealedApi, Variant},
};

pub(super) fn run(api: &mut UnsealedApi, report: &mut Report) {
    for id in edges::ids(api) {
        if let Shape::Union(union) = &api.types[id.0 as usize].shape
            && union.discriminator.is_none()
        {
            tell(api, id, union, report);
        }
    }
}

fn tell(api: &UnsealedApi, id: TypeId, union: &UnionShape, report: &mut Report) {
    let forms: Vec<Vec<Probe>> = union.variants.iter().map(forms).collect();
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
fn forms(variant: &Variant) -> Vec<Probe> {
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
    let lacks = |member: &&crate::ir::Member| probes::is_required(member) && !has(other, &member.name);
    if one.members.iter().any(|member| lacks(&member)) {
        return Contrast::Enough;
    }
    let (mut told, mut common) = (None, None);
    for member in &other.members {
        let is_required = probes::is_required(member);
        let Some(twin) = one.members.iter().find(|twin| twin.name == member.name) else {
            if is_required {
                return Contrast::Enough;
            }
            told.get_or_insert_with(|| vec![member.name.clone()]);
            continue;
        };
        match difference(types, twin.ty, member.ty, seen) {
            Contrast::Enough if is_required && probes::is_required(twin) => return Contrast::Enough,
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
    let kinds = |id: TypeId| -> Vec<_> { probes::probes(types, id).into_iter().map(|form| form.kind).collect() };
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
