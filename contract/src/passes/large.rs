//! Boxing by size: marks the members and variants with large values, so that a value fits on the stack of a thread.
//!
//! Without it a type contains all types below it inline, and a contract with many of them has values of a megabyte. The shape
//! alone gives an estimate of the size. A boxed value counts as a pointer, so each type is a few times the limit at most.

use crate::diag::Report;
use crate::ir::{Shape, Type, TypeId, UnsealedApi};
use crate::limits::INLINE_BYTES;

/// Bytes of a text, list, map or JSON value, on a computer with 64 bits.
const HEAP: usize = 24;
/// Bytes of a pointer or a tag.
const WORD: usize = 8;

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    let mut sizes = vec![None; api.types.len()];
    let mut open: Vec<(usize, bool)> = (0..api.types.len()).map(|at| (at, false)).collect();
    while let Some((at, measurable)) = open.pop() {
        if measurable {
            sizes[at] = Some(measure(&mut api.types[at], &sizes));
        } else if sizes[at].is_none() {
            // What leads back here counts as this.
            sizes[at] = Some(HEAP);
            open.push((at, true));
            open.extend(inline(&api.types[at]).into_iter().map(|id| (id.0 as usize, false)));
        }
    }
}

/// Returns the types that a value contains inline. The pass `cycles` made sure that none leads back.
fn inline(ty: &Type) -> Vec<TypeId> {
    match &ty.shape {
        Shape::Object(object) => object.members.iter().filter(|it| !it.boxed).map(|it| it.ty).collect(),
        Shape::Union(union) => union.variants.iter().filter(|it| !it.boxed).map(|it| it.ty).collect(),
        Shape::Tuple(positions) => positions.clone(),
        Shape::Nullable(id) | Shape::Alias(id) => vec![*id],
        _ => Vec::new(),
    }
}

/// Boxes the large slots of a type, and returns its size.
fn measure(ty: &mut Type, sizes: &[Option<usize>]) -> usize {
    let size = |id: TypeId| sizes[id.0 as usize].unwrap_or(HEAP);
    let slot = |boxed: &mut bool, id: TypeId| {
        *boxed |= size(id) > INLINE_BYTES;
        if *boxed { WORD } else { size(id) }
    };
    match &mut ty.shape {
        Shape::Object(object) => {
            let members = object.members.iter_mut();
            HEAP + members.map(|it| WORD + slot(&mut it.boxed, it.ty)).sum::<usize>()
        }
        Shape::Union(union) => {
            let variants = union.variants.iter_mut();
            WORD + variants.map(|it| slot(&mut it.boxed, it.ty)).max().unwrap_or(0)
        }
        Shape::Tuple(positions) => positions.iter().map(|id| size(*id)).fold(0, usize::saturating_add),
        Shape::Nullable(id) | Shape::Alias(id) => size(*id).saturating_add(WORD),
        _ => HEAP,
    }
}
