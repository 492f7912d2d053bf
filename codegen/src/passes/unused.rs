//! Unused types: removes types made on the way that nothing refers to. Components and newtypes stay, used or not; the
//! rest keeps its order.

use super::edges;
use crate::{
    diag::Report,
    ir::{Draft, NameHint, TypeId},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    let mut kept = vec![false; draft.types.len()];
    let (mut open, received) = edges::roots(draft);
    open.extend(received);
    open.extend(edges::ids(draft).filter(|id| {
        matches!(
            draft.types[id.0 as usize].name,
            NameHint::Given(_) | NameHint::Pinned(_)
        )
    }));
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut kept[id.0 as usize], true) {
            continue;
        }
        draft.types[id.0 as usize].shape.visit(&mut |id| open.push(id));
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
    draft.types.retain(|_| {
        at += 1;
        kept[at - 1]
    });
    for ty in &mut draft.types {
        edges::map_shape(&mut ty.shape, &mut |id| places[id.0 as usize]);
    }
    draft.schemas.retain(|schema| kept[schema.ty.0 as usize]);
    edges::map_roots(draft, &mut |id| places[id.0 as usize]);
}
