//! Additional members: replaces a declared type that accepts any JSON by `Open`, so that they are kept as they arrive.

use super::edges;
use crate::{
    diag::Report,
    ir::{Additional, Shape, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    for index in 0..api.types.len() {
        let Shape::Object(object) = &api.types[index].shape else {
            continue;
        };
        if let Additional::Typed(id) = object.additional
            && *edges::shape(&api.types, id) == Shape::Any
            && let Shape::Object(object) = &mut api.types[index].shape
        {
            object.additional = Additional::Open;
        }
    }
}
