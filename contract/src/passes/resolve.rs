//! Type references: checks that every id names a type. A dangling id is a defect of the generator; it becomes `Any` so
//! that further ones are found too.

use super::edges;
use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{self, NameHint, Shape, TypeId, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, report: &mut Report) {
    let count = api.types.len();
    let any = TypeId(u32::try_from(count).unwrap_or(u32::MAX));
    let mut lost = false;
    let mut types = std::mem::take(&mut api.types);
    for ty in &mut types {
        let origin = ty.origin.span;
        edges::map_shape(&mut ty.shape, &mut |id| {
            if (id.0 as usize) < count {
                return id;
            }
            lost = true;
            report.push(Diagnostic::new(Code::DanglingType, "a type that was never generated").at(origin));
            any
        });
    }
    api.types = types;
    edges::map_roots(api, &mut |id| {
        if (id.0 as usize) < count {
            return id;
        }
        lost = true;
        report.push(Diagnostic::new(Code::DanglingType, "a type that was never generated"));
        any
    });
    if lost {
        api.types.push(ir::Type {
            name: NameHint::Anonymous,
            shape: Shape::Any,
            text: ir::Documentation::default(),
            sensitive: false,
            examples: Vec::new(),
            directions: ir::Directions::default(),
            origin: ir::Origin::default(),
        });
    }
}
