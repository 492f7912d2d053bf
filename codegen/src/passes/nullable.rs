//! Nullability: joins nested `null`s, and drops `null` around any JSON value. (Members express it by their presence.)

use super::edges;
use crate::{
    diag::Report,
    ir::{Draft, Shape},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    for id in edges::ids(draft) {
        let index = id.0 as usize;
        let Shape::Nullable(inner) = draft.types[index].shape else {
            continue;
        };
        let flat = match edges::shape(&draft.types, inner) {
            Shape::Any => Some(Shape::Any),
            Shape::Null => Some(Shape::Null),
            _ => None,
        };
        if let Some(flat) = flat {
            draft.types[index].shape = flat;
        }
    }
}
