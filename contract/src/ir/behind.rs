//! Aliases: the only place that follows them.
//!
//! In: types and an id. Out: the ids of its chain, or the end. Any length is followed; a cycle has no end.

use super::{node::TypeId, shape::Shape, types::Type};

/// Returns the target of an alias.
pub(crate) fn alias(ty: &Type) -> Option<TypeId> {
    match ty.shape {
        Shape::Alias(next) => Some(next),
        _ => None,
    }
}

/// Returns the target of an alias, or the type of the values that are not `null`.
pub(crate) fn alias_or_nullable(ty: &Type) -> Option<TypeId> {
    match ty.shape {
        Shape::Alias(next) | Shape::Nullable(next) => Some(next),
        _ => None,
    }
}

/// Returns an id and those that it leads to, in order. A cycle is left after as many ids as there are types.
pub(crate) fn chain(
    types: &[Type],
    id: TypeId,
    step: impl Fn(&Type) -> Option<TypeId>,
) -> impl Iterator<Item = TypeId> {
    let next = move |at: &TypeId| step(types.get(at.0 as usize)?);
    std::iter::successors(Some(id), next).take(types.len() + 1)
}

/// Returns the type behind aliases; `None` for a cycle of aliases.
pub(crate) fn behind(types: &[Type], id: TypeId) -> Option<TypeId> {
    let end = chain(types, id, alias).last()?;
    types.get(end.0 as usize).filter(|ty| alias(ty).is_none()).map(|_| end)
}

/// Returns the type behind aliases and `null`; a member of the cycle for a cycle.
pub(crate) fn behind_null(types: &[Type], id: TypeId) -> TypeId {
    chain(types, id, alias_or_nullable).last().unwrap_or(id)
}

/// Returns the end of every type's chain; `None` for those that lead into a cycle.
pub(crate) fn ends(types: &[Type], step: impl Fn(&Type) -> Option<TypeId>) -> Vec<Option<TypeId>> {
    let mut ends: Vec<Option<TypeId>> = vec![None; types.len()];
    let mut seen = vec![false; types.len()];
    for id in (0u32..).map(TypeId).take(types.len()) {
        let (mut path, mut at) = (Vec::new(), id);
        let end = loop {
            let index = at.0 as usize;
            let Some(ty) = types.get(index) else { break None };
            if seen[index] {
                break ends[index];
            }
            seen[index] = true;
            path.push(index);
            match step(ty) {
                Some(next) => at = next,
                None => break Some(at),
            }
        };
        for index in path {
            ends[index] = end;
        }
    }
    ends
}
