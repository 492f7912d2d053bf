//! Unused types: removes types made on the way that nothing refers to. Components and newtypes stay, used or not; the
//! rest keeps its order.

use super::edges;
use crate::{
    diag::Report,
    ir::{NameHint, TypeId, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
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
