//! Repeated variants: of the variants of a union that are one type, the first stays.
//!
//! In: the first of the equal types for each type. Out: unions without a discriminator in which each type is the type of one
//! variant; a union of one type is that type. With a discriminator, the tags tell variants of one type apart.

use super::{edges, unions::is_sensitive};
use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{self, NameHint, Shape, Type, TypeId, UnionShape, UnsealedApi},
};

pub(super) fn leave_out(api: &mut UnsealedApi, firsts: &mut [TypeId], report: &mut Report) {
    for id in edges::ids(api) {
        let Shape::Union(union) = &api.types[id.0 as usize].shape else {
            continue;
        };
        let Some(kept) = kept(api, id, union, firsts, report) else {
            continue;
        };
        match kept.variants.as_slice() {
            [only] => become_type(api, id, only.ty, firsts),
            _ => api.types[id.0 as usize].shape = Shape::Union(kept),
        }
    }
}

/// Returns the type that represents all types that equal this one.
fn first(types: &[Type], id: TypeId, firsts: &[TypeId]) -> TypeId {
    firsts[ir::behind(types, id).unwrap_or(id).0 as usize]
}

/// Returns the union without the repeated variants, and reports each of them; `None` if no variant is repeated.
fn kept(
    api: &UnsealedApi,
    id: TypeId,
    union: &UnionShape,
    firsts: &[TypeId],
    report: &mut Report,
) -> Option<UnionShape> {
    if union.discriminator.is_some() {
        return None;
    }
    let span = |id: TypeId| api.types[id.0 as usize].origin.span;
    let mut kept: Vec<ir::Variant> = Vec::with_capacity(union.variants.len());
    for variant in &union.variants {
        let own = first(&api.types, variant.ty, firsts);
        let before = kept
            .iter_mut()
            .find(|before| first(&api.types, before.ty, firsts) == own);
        let Some(before) = before else {
            kept.push(variant.clone());
            continue;
        };
        let message = "two variants of a union are equal, so one variant is generated for both";
        let diagnostic = Diagnostic::new(Code::AlikeVariants, message).at(span(id));
        report.push(
            diagnostic
                .also(span(before.ty), "kept")
                .also(span(variant.ty), "left out")
                .help("remove one of them, or add a difference"),
        );
        // If one type is used twice, the place with a mark stays.
        if is_sensitive(&api.types, variant.ty) {
            before.ty = variant.ty;
        }
    }
    (kept.len() < union.variants.len()).then(|| UnionShape {
        variants: kept,
        ..union.clone()
    })
}

/// Replaces a union by the only type of its variants. A type that is written in the union alone is then the type of the
/// union's name.
fn become_type(api: &mut UnsealedApi, id: TypeId, only: TypeId, firsts: &mut [TypeId]) {
    let target = first(&api.types, only, firsts);
    let (union, ty) = (&api.types[id.0 as usize], &api.types[target.0 as usize]);
    let is_inside = matches!(ty.name, NameHint::Derived(_))
        && ty.origin.pointer.starts_with(&format!("{}/", union.origin.pointer))
        && ty.origin.span.file == union.origin.span.file;
    let (from, to) = match &union.name {
        NameHint::Anonymous => (None, target),
        _ if is_inside => (Some(target), id),
        NameHint::Derived(_) => (Some(id), target),
        NameHint::Given(_) | NameHint::Pinned(_) | NameHint::Elsewhere { .. } => (None, target),
    };
    if to == id {
        let ty = ty.clone();
        let union = &mut api.types[id.0 as usize];
        union.shape = ty.shape;
        union.sensitive |= ty.sensitive;
        union.text.title = union.text.title.take().or(ty.text.title);
        union.text.description = union.text.description.take().or(ty.text.description);
        if union.examples.is_empty() {
            union.examples = ty.examples;
        }
    } else {
        api.types[id.0 as usize].shape = Shape::Alias(only);
    }
    for one in firsts.iter_mut().filter(|one| Some(**one) == from) {
        *one = to;
    }
}
