//! Additional members: replaces a declared type that accepts any JSON by `Open`, so that they are kept as they arrive.

use super::edges;
use crate::{
    diag::Report,
    ir::{Additional, Draft, Shape},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    for index in 0..draft.types.len() {
        let Shape::Object(object) = &draft.types[index].shape else {
            continue;
        };
        if let Additional::Typed(id) = object.additional
            && *edges::shape(&draft.types, id) == Shape::Any
            && let Shape::Object(object) = &mut draft.types[index].shape
        {
            object.additional = Additional::Open;
        }
    }
}
