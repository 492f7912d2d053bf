//! Can a value of the type exist? A type that must contain itself cannot be built and reading it would not end: it is
//! refused with its path, and in a contract of somebody else one of its members becomes optional.

use std::collections::HashMap;

use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{Draft, Presence, Shape, Type, TypeId},
};

pub(super) fn run(draft: &mut Draft, report: &mut Report) {
    loop {
        let possible = possible(&draft.types);
        if possible.iter().all(|possible| *possible) {
            return;
        }
        // Each circle once; what only leads into one is possible when the circle is.
        let mut seen = vec![false; draft.types.len()];
        for start in 0..draft.types.len() {
            if !possible[start] && !seen[start] {
                let path = circle(&draft.types, &possible, start, &mut seen);
                open(draft, &path, report);
            }
        }
    }
}

/// Makes the member that closes a circle optional.
fn open(draft: &mut Draft, path: &[(usize, usize)], report: &mut Report) {
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
    let help = "make one of these members optional, nullable or a list";
    report.push(Diagnostic::new(Code::EndlessType, message).at(span).help(help));
    *draft
        .fallbacks
        .entry("a type that must contain itself".to_owned())
        .or_default() += 1;
    match &mut draft.types[owner].shape {
        Shape::Object(object) => object.members[index].presence = Presence::Optional,
        other => *other = Shape::Any,
    }
}

/// What a type needs of others to have a value of finite size: how many of them, and which.
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
        Shape::Tuple(positions, _) => all(positions.clone()),
        Shape::Union(union) => {
            let ids: Vec<TypeId> = union.variants.iter().map(|variant| variant.ty).collect();
            (ids.len().min(1), ids)
        }
        Shape::Alias(id) => all(vec![*id]),
        _ => (0, Vec::new()),
    }
}

/// For every type: is there a value of finite size?
fn possible(types: &[Type]) -> Vec<bool> {
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
    while let Some(index) = found.pop() {
        if std::mem::replace(&mut possible[index], true) {
            continue;
        }
        for user in &users[index] {
            missing[*user] = missing[*user].saturating_sub(1);
            if missing[*user] == 0 {
                found.push(*user);
            }
        }
    }
    possible
}

/// Members that lead from a type around to itself, each with the type it belongs to; nothing, if the way leads into
/// types that were seen before.
fn circle(types: &[Type], possible: &[bool], start: usize, seen: &mut [bool]) -> Vec<(usize, usize)> {
    let mut path: Vec<(usize, usize)> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut at = start;
    loop {
        if let Some(from) = places.get(&at) {
            // Only members can be made optional: a type between two members is stepped over.
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
