//! Endless types: a type that must contain itself has no finite value. It is an error with its path; in a contract of
//! somebody else one of its members becomes optional. The same holds for types that require each other deeper than a
//! document may be nested.

use std::collections::HashMap;

use crate::limits;
use crate::{
    diag::{Code, Report},
    ir::{Presence, Shape, Type, TypeId, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, report: &mut Report) {
    loop {
        let (possible, order) = possible(&api.types);
        if possible.iter().all(|possible| *possible) {
            return flatten(api, &order, report);
        }
        // Each cycle once; types that only lead into one become possible with it.
        let mut seen = vec![false; api.types.len()];
        for start in 0..api.types.len() {
            let path = circle(&api.types, &possible, start, &mut seen);
            open(api, &path, report);
        }
    }
}

/// Makes the member that closes a cycle optional.
fn open(api: &mut UnsealedApi, path: &[(usize, usize)], report: &mut Report) {
    let Some((owner, index)) = path.last().copied() else {
        return;
    };
    let words: Vec<String> = path
        .iter()
        .filter_map(|(owner, index)| match &api.types[*owner].shape {
            Shape::Object(object) => object.members.get(*index).map(|member| format!("`{}`", member.name)),
            _ => None,
        })
        .collect();
    let span = api.types[owner].origin.span;
    let mut message = "a value of a type that must contain itself cannot exist".to_owned();
    if !words.is_empty() {
        message = format!("{message}: {}", words.join(" → "));
    }
    let help = "make one of these members optional, nullable or a list";
    report.fault(Code::EndlessType, span, message, help);
    let reason = "a type that must contain itself".to_owned();
    *api.fallbacks.entry(reason).or_default() += 1;
    match &mut api.types[owner].shape {
        Shape::Object(object) => object.members[index].presence = Presence::Optional,
        other => *other = Shape::Any,
    }
}

/// Makes members optional that would be nested too deep. `order`: every type after those that it requires.
fn flatten(api: &mut UnsealedApi, order: &[usize], report: &mut Report) {
    let mut depth = vec![0usize; api.types.len()];
    for index in order {
        let Type { shape, origin, .. } = &mut api.types[*index];
        let too_deep = |id: &TypeId| depth[id.0 as usize] >= limits::REQUIRED_DEPTH;
        // If nothing fits, the value of a union is the JSON value itself.
        let needed = if matches!(shape, Shape::Union(_)) {
            Vec::new()
        } else {
            needs(shape).1
        };
        if needed.iter().any(too_deep) {
            let message = format!(
                "more than {} types require one another in a row, so a value would be nested too deeply",
                limits::REQUIRED_DEPTH
            );
            let help = "make a member of the chain optional, nullable or a list";
            report.fault(Code::EndlessType, origin.span, message, help);
            let reason = "types that require one another too deeply".to_owned();
            *api.fallbacks.entry(reason).or_default() += 1;
            match shape {
                Shape::Object(object) => {
                    let deep = object.members.iter_mut().filter(|member| too_deep(&member.ty));
                    deep.for_each(|member| member.presence = Presence::Optional);
                }
                other => *other = Shape::Any,
            }
            continue;
        }
        let most = needed.iter().map(|id| depth[id.0 as usize]).max().unwrap_or_default();
        depth[*index] = most + usize::from(matches!(shape, Shape::Object(_) | Shape::Tuple(_)));
    }
}

/// Returns the types that a type requires for a value of finite size, and how many of them.
fn needs(shape: &Shape) -> (usize, Vec<TypeId>) {
    let all = |ids: Vec<TypeId>| (ids.len(), ids);
    match shape {
        Shape::Object(object) => {
            let required = object
                .members
                .iter()
                .filter(|member| member.presence == Presence::Required);
            all(required.map(|member| member.ty).collect())
        }
        Shape::Tuple(positions) => all(positions.clone()),
        Shape::Union(union) => {
            let ids: Vec<TypeId> = union.variants.iter().map(|variant| variant.ty).collect();
            (ids.len().min(1), ids)
        }
        Shape::Alias(id) => all(vec![*id]),
        _ => (0, Vec::new()),
    }
}

/// Returns for every type true if it has a value of finite size; and the types that have one, each after those it
/// requires.
fn possible(types: &[Type]) -> (Vec<bool>, Vec<usize>) {
    let mut missing = vec![0usize; types.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); types.len()];
    let mut found: Vec<usize> = Vec::new();
    for (index, ty) in types.iter().enumerate() {
        let (count, ids) = needs(&ty.shape);
        missing[index] = count;
        for id in &ids {
            users[id.0 as usize].push(index);
        }
        if count == 0 {
            found.push(index);
        }
    }
    let mut possible = vec![false; types.len()];
    let mut order = Vec::with_capacity(types.len());
    while let Some(index) = found.pop() {
        if std::mem::replace(&mut possible[index], true) {
            continue;
        }
        order.push(index);
        for user in &users[index] {
            missing[*user] = missing[*user].saturating_sub(1);
            if missing[*user] == 0 {
                found.push(*user);
            }
        }
    }
    (possible, order)
}

/// Returns the members that lead from a type back to itself, each with its type; empty if the path leads into visited
/// types.
fn circle(types: &[Type], possible: &[bool], start: usize, seen: &mut [bool]) -> Vec<(usize, usize)> {
    let mut path: Vec<(usize, usize)> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut at = start;
    loop {
        if let Some(from) = places.get(&at) {
            // Only members can be made optional: a type between two members is skipped.
            let circle = &path[*from..];
            let members: Vec<_> = circle
                .iter()
                .filter(|(owner, _)| matches!(types[*owner].shape, Shape::Object(_)))
                .copied()
                .collect();
            return if members.is_empty() { circle.to_vec() } else { members };
        }
        if std::mem::replace(&mut seen[at], true) {
            return Vec::new();
        }
        let not = |id: &TypeId| !possible[id.0 as usize];
        let (slot, next) = match &types[at].shape {
            Shape::Object(object) => {
                let wanted = |member: &crate::ir::Member| member.presence == Presence::Required && not(&member.ty);
                let Some(slot) = object.members.iter().position(wanted) else {
                    return Vec::new();
                };
                (slot, object.members[slot].ty)
            }
            shape => match needs(shape).1.into_iter().find(not) {
                Some(next) => (0, next),
                None => return Vec::new(),
            },
        };
        places.insert(at, path.len());
        path.push((at, slot));
        at = next.0 as usize;
    }
}
