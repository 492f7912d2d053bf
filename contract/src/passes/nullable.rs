//! Nullability: joins nested `null`s, and drops `null` around any JSON value. (Members express it by their presence.)

use super::edges;
use crate::{
    diag::Report,
    ir::{Shape, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    for id in edges::ids(api) {
        let index = id.0 as usize;
        let Shape::Nullable(inner) = api.types[index].shape else {
            continue;
        };
        let flat = match edges::shape(&api.types, inner) {
            Shape::Any => Some(Shape::Any),
            Shape::Null => Some(Shape::Null),
            _ => None,
        };
        if let Some(flat) = flat {
            api.types[index].shape = flat;
        }
    }
}
