//! Boxing: marks the members that close a cycle of containment, and no others; then the members and variants with large values, so that
//! a value fits on the stack of a thread. Lists and maps are on the heap and break a cycle already.

use crate::diag::{Code, Diagnostic, Report};
use crate::ir::{NameHint, Shape, Type, TypeId, UnionShape, UnsealedApi, Variant};
use crate::limits::INLINE_BYTES;

/// Boxes the members that close a cycle.
///
/// The boxed member depends on the cycle alone: the walk starts at the type whose place sorts first, so types outside of the cycle do not
/// change it. A cycle made only of aliases of lists, maps or `null` has no Rust type; one of its names becomes an enum with one variant.
pub(super) fn box_cycles(api: &mut UnsealedApi, report: &mut Report) {
    break_nameless(api, report);
    let components = components(&api.types);
    let mut sizes = vec![0usize; api.types.len()];
    for component in &components {
        sizes[*component] += 1;
    }
    // Most types are in no cycle.
    let circular = |at: &usize| {
        let itself = |(_, id): &(usize, TypeId)| id.0 as usize == *at;
        sizes[components[*at]] > 1 || held_by_slots(&api.types, *at).iter().any(itself)
    };
    let mut order: Vec<usize> = (0..api.types.len()).filter(circular).collect();
    order.sort_by(|a, b| {
        api.types[*a]
            .origin
            .pointer
            .cmp(&api.types[*b].origin.pointer)
            .then(a.cmp(b))
    });
    let mut state = vec![VisitState::New; api.types.len()];
    let mut boxed: Vec<(usize, usize)> = Vec::new();
    for start in order {
        if state[start] == VisitState::New {
            walk(&api.types, &components, start, &mut state, &mut boxed);
        }
    }
    for (owner, slot) in boxed {
        match &mut api.types[owner].shape {
            Shape::Object(object) => object.members[slot].boxed = true,
            Shape::Union(union) => union.variants[slot].boxed = true,
            _ => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum VisitState {
    New,
    Open,
    Done,
}

/// Returns the types that a value of this type contains inline, without those in a box, each with its slot (member, variant).
fn inline(shape: &Shape) -> Vec<(usize, TypeId)> {
    let unless = |boxed: bool, id| (!boxed).then_some(id);
    let slots: Vec<Option<TypeId>> = match shape {
        Shape::Object(object) => object.members.iter().map(|it| unless(it.boxed, it.ty)).collect(),
        Shape::Union(union) => union.variants.iter().map(|it| unless(it.boxed, it.ty)).collect(),
        Shape::Tuple(positions) => positions.iter().copied().map(Some).collect(),
        Shape::Nullable(id) | Shape::Alias(id) => vec![Some(*id)],
        _ => Vec::new(),
    };
    let slots = slots.into_iter().enumerate();
    slots.filter_map(|(slot, id)| Some((slot, id?))).collect()
}

/// Returns true if an edge out of this shape can be boxed.
fn has_slots(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(_) | Shape::Union(_))
}

/// Returns the types with slots that a type with slots contains inline, through aliases, `null` and tuples, which have
/// none. A tuple may lead back from several slots, so it is not a node of the graph.
fn held_by_slots(types: &[Type], at: usize) -> Vec<(usize, TypeId)> {
    let mut found = Vec::new();
    if !has_slots(&types[at].shape) {
        return found;
    }
    for (slot, id) in inline(&types[at].shape) {
        let (mut seen, mut open) = (Vec::new(), vec![id]);
        while let Some(id) = open.pop() {
            let shape = &types[id.0 as usize].shape;
            if has_slots(shape) {
                found.push((slot, id));
            } else if !seen.contains(&id) {
                seen.push(id);
                open.extend(inline(shape).into_iter().rev().map(|(_, id)| id));
            }
        }
    }
    found
}

/// Walks one cycle of types without recursion, and records the slots that lead back.
fn walk(types: &[Type], components: &[usize], start: usize, state: &mut [VisitState], boxed: &mut Vec<(usize, usize)>) {
    let edges = |at: usize| -> Vec<(usize, TypeId)> {
        held_by_slots(types, at)
            .into_iter()
            .filter(|(_, id)| components[id.0 as usize] == components[at])
            .collect()
    };
    let mut stack = vec![(start, edges(start), 0usize)];
    state[start] = VisitState::Open;
    while let Some((at, out, next)) = stack.last_mut() {
        let at = *at;
        let Some((slot, target)) = out.get(*next).copied() else {
            state[at] = VisitState::Done;
            stack.pop();
            continue;
        };
        *next += 1;
        let target = target.0 as usize;
        match state[target] {
            VisitState::Done => {}
            VisitState::Open => boxed.push((at, slot)),
            VisitState::New => {
                state[target] = VisitState::Open;
                stack.push((target, edges(target), 0));
            }
        }
    }
}

/// A visited type: the type, its edges, the next of them.
type Visit = (usize, Vec<(usize, TypeId)>, usize);

/// Returns the strongly connected components of containment (Tarjan, without recursion): a number per type.
fn components(types: &[Type]) -> Vec<usize> {
    let count = types.len();
    let (mut index, mut low) = (vec![usize::MAX; count], vec![0usize; count]);
    let mut component = vec![usize::MAX; count];
    let mut open: Vec<usize> = Vec::new();
    let (mut time, mut found) = (0, 0);
    for root in 0..count {
        if index[root] != usize::MAX {
            continue;
        }
        let mut stack: Vec<Visit> = Vec::new();
        let mut enter = Some(root);
        loop {
            if let Some(at) = enter.take() {
                index[at] = time;
                low[at] = time;
                time += 1;
                open.push(at);
                stack.push((at, held_by_slots(types, at), 0));
            }
            let Some((at, out, next)) = stack.last_mut() else { break };
            let at = *at;
            if let Some((_, target)) = out.get(*next) {
                let target = target.0 as usize;
                *next += 1;
                if index[target] == usize::MAX {
                    enter = Some(target);
                } else if component[target] == usize::MAX {
                    low[at] = low[at].min(index[target]);
                }
                continue;
            }
            stack.pop();
            if let Some((parent, ..)) = stack.last() {
                low[*parent] = low[*parent].min(low[at]);
            }
            if low[at] == index[at] {
                while let Some(member) = open.pop() {
                    component[member] = found;
                    if member == at {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}

/// Turns a named list or map into an enum whose one variant is that list or map.
fn nominal_list(api: &mut UnsealedApi, index: usize) {
    let inner = TypeId(u32::try_from(api.types.len()).unwrap_or(u32::MAX));
    let owner = &mut api.types[index];
    let union = UnionShape {
        variants: vec![Variant::new(inner)],
        ..UnionShape::default()
    };
    let shape = std::mem::replace(&mut owner.shape, Shape::Union(union));
    let (sensitive, span) = (owner.sensitive, owner.origin.span);
    let pointer = String::new();
    let inner = Type::new(NameHint::Anonymous, shape, crate::ir::Origin { pointer, span });
    api.types.push(Type { sensitive, ..inner });
}

/// Replaces a cycle without any name by any JSON value.
fn any(api: &mut UnsealedApi, index: usize, report: &mut Report) {
    let reason = "a list or map that contains only itself";
    let diagnostic = Diagnostic::new(Code::EndlessType, reason).at(api.types[index].origin.span);
    report.push(diagnostic.help("move it to a component, so that it has a name"));
    *api.fallbacks.entry(reason.to_owned()).or_default() += 1;
    api.types[index].shape = Shape::Any;
}

/// Breaks cycles without a struct or enum: a type alias cannot refer to itself.
fn break_nameless(api: &mut UnsealedApi, report: &mut Report) {
    let nominal = |shape: &Shape| {
        matches!(
            shape,
            Shape::Object(_) | Shape::Union(_) | Shape::Enum(_) | Shape::Newtype(..)
        )
    };
    let mut state = vec![VisitState::New; api.types.len()];
    for start in 0..api.types.len() {
        if state[start] != VisitState::New {
            continue;
        }
        let mut stack: Vec<(usize, Vec<TypeId>, usize)> = Vec::new();
        let children = |at: usize, types: &[Type]| {
            let mut ids = Vec::new();
            if !nominal(&types[at].shape) {
                types[at].shape.visit(&mut |id| ids.push(id));
            }
            ids
        };
        state[start] = VisitState::Open;
        stack.push((start, children(start, &api.types), 0));
        while let Some((at, out, next)) = stack.last_mut() {
            let at = *at;
            let Some(target) = out.get(*next).map(|id| id.0 as usize) else {
                state[at] = VisitState::Done;
                stack.pop();
                continue;
            };
            *next += 1;
            match state[target] {
                VisitState::Done => {}
                VisitState::New => {
                    state[target] = VisitState::Open;
                    let ids = children(target, &api.types);
                    stack.push((target, ids, 0));
                }
                VisitState::Open => {
                    // The outermost named type of the cycle becomes an enum of one variant: a type that can refer to
                    // itself.
                    let from = stack.iter().position(|(open, ..)| *open == target).unwrap_or(0);
                    let named = stack[from..]
                        .iter()
                        .map(|(at, ..)| *at)
                        .find(|at| api.types[*at].name != NameHint::Anonymous);
                    match named {
                        Some(named) => {
                            nominal_list(api, named);
                            state.push(VisitState::Done);
                        }
                        None => any(api, at, report),
                    }
                    state[at] = VisitState::Done;
                    stack.pop();
                }
            }
        }
    }
}

/// Bytes of a text, list, map or JSON value, on a computer with 64 bits.
const HEAP: usize = 24;
/// Bytes of a pointer or a tag.
const WORD: usize = 8;

/// Boxes by size. Without it a type contains all types below it inline, and a contract with many of them has values of a megabyte. The
/// shape alone gives an estimate of the size. A boxed value counts as a pointer, so each type is a few times the limit at most.
pub(super) fn box_large(api: &mut UnsealedApi, _report: &mut Report) {
    let mut sizes = vec![None; api.types.len()];
    let mut open: Vec<(usize, bool)> = (0..api.types.len()).map(|at| (at, false)).collect();
    while let Some((at, measurable)) = open.pop() {
        if measurable {
            sizes[at] = Some(measure(&mut api.types[at], &sizes));
        } else if sizes[at].is_none() {
            // What leads back here counts as this.
            sizes[at] = Some(HEAP);
            open.push((at, true));
            let held = inline(&api.types[at].shape).into_iter();
            open.extend(held.map(|(_, id)| (id.0 as usize, false)));
        }
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
