//! Reachability: marks each type as sent, received, both or neither.

use super::edges;
use crate::{
    diag::Report,
    ir::{TypeId, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    let (sent, received) = edges::roots(api);
    for id in closure(api, sent) {
        api.types[id.0 as usize].directions.request = true;
    }
    for id in closure(api, received) {
        api.types[id.0 as usize].directions.response = true;
    }
}

fn closure(api: &UnsealedApi, mut open: Vec<TypeId>) -> Vec<TypeId> {
    let mut seen = vec![false; api.types.len()];
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut seen[id.0 as usize], true) {
            found.push(id);
            api.types[id.0 as usize].shape.visit(&mut |id| open.push(id));
        }
    }
    found
}
