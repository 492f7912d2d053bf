//! Reachability: marks each type as sent, received, both or neither.

use super::edges;
use crate::{
    diag::Report,
    ir::{Draft, TypeId},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    let (sent, received) = edges::roots(draft);
    for id in closure(draft, sent) {
        draft.types[id.0 as usize].reach.request = true;
    }
    for id in closure(draft, received) {
        draft.types[id.0 as usize].reach.response = true;
    }
}

fn closure(draft: &Draft, mut open: Vec<TypeId>) -> Vec<TypeId> {
    let mut seen = vec![false; draft.types.len()];
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut seen[id.0 as usize], true) {
            found.push(id);
            draft.types[id.0 as usize].shape.visit(&mut |id| open.push(id));
        }
    }
    found
}
