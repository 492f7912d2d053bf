//! Can a value of the type exist? A type that must contain itself cannot be built and reading it would not end: it is
//! refused with its path, and in a contract of somebody else one of its members becomes optional.

use super::edges;
use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{Draft, Presence, Shape, Type, TypeId},
};

pub(super) fn run(draft: &mut Draft, report: &mut Report) {
    loop {
        let possible = possible(&draft.types);
        let Some(start) = possible.iter().position(|possible| !possible) else {
            return;
        };
        let path = circle(&draft.types, &possible, start);
        let Some((owner, index)) = path.last().copied() else {
            return;
        };
        let words: Vec<String> = path
            .iter()
            .filter_map(|(owner, index)| match &draft.types[*owner].shape {
                Shape::Object(object) => object.members.get(*index).map(|member| format!("`{}`", member.name)),
                _ => None,
            })
            .collect();
        let span = draft.types[owner].origin.span;
        let message = format!(
            "a type that must contain itself can never be built: {}",
            words.join(" → ")
        );
        report.push(
            Diagnostic::new(Code::EndlessType, message)
                .at(span)
                .help("make one of these members optional, nullable or a list"),
        );
        *draft
            .fallbacks
            .entry("a type that must contain itself".to_owned())
            .or_default() += 1;
        let Shape::Object(object) = &mut draft.types[owner].shape else {
            return;
        };
        let Some(member) = object.members.get_mut(index) else {
            return;
        };
        member.presence = Presence::Optional;
    }
}

/// For every type: is there a value of finite size?
fn possible(types: &[Type]) -> Vec<bool> {
    let mut possible = vec![false; types.len()];
    let mut changed = true;
    while changed {
        changed = false;
        // Components refer forward more often than back: going through them in reverse settles most in one round.
        for index in (0..types.len()).rev() {
            if possible[index] {
                continue;
            }
            let is = |id: TypeId| possible[id.0 as usize];
            let now = match &types[index].shape {
                Shape::Object(object) => object
                    .members
                    .iter()
                    .all(|member| member.presence != Presence::Required || is(member.ty)),
                Shape::Tuple(positions, _) => positions.iter().all(|id| is(*id)),
                Shape::Union(union) => union.variants.is_empty() || union.variants.iter().any(|variant| is(variant.ty)),
                Shape::Alias(id) => is(*id),
                _ => true,
            };
            possible[index] = now;
            changed |= now;
        }
    }
    possible
}

/// Members that lead from a type around to itself, each with the type it belongs to.
fn circle(types: &[Type], possible: &[bool], start: usize) -> Vec<(usize, usize)> {
    let mut path: Vec<(usize, Option<usize>)> = Vec::new();
    let mut at = start;
    loop {
        if let Some(from) = path.iter().position(|(known, _)| *known == at) {
            return path[from..]
                .iter()
                .filter_map(|(owner, member)| Some((*owner, (*member)?)))
                .collect();
        }
        let not = |id: TypeId| !possible[id.0 as usize];
        let (member, next) = match &types[at].shape {
            Shape::Object(object) => {
                let at = object
                    .members
                    .iter()
                    .position(|member| member.presence == Presence::Required && not(member.ty));
                (at, at.map(|at| object.members[at].ty))
            }
            shape => {
                let mut next = None;
                edges::of_shape(shape, &mut |id| next = next.or(Some(id).filter(|id| not(*id))));
                (None, next)
            }
        };
        let Some(next) = next else { return Vec::new() };
        path.push((at, member));
        at = next.0 as usize;
    }
}
