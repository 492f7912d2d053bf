//! Aliases: anonymous ones are replaced by their target; named ones stay. A chain of aliases without a type at its end
//! is any JSON value.

use super::edges;
use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{self, NameHint, Shape, TypeId, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, report: &mut Report) {
    let mut types = std::mem::take(&mut api.types);
    let ends = ir::ends(&types, ir::alias);
    let endless = (0u32..).map(TypeId).zip(ends).filter(|(_, end)| end.is_none());
    for (at, _) in endless {
        let id = at.0 as usize;
        // The cycle may already be broken at another of its types.
        if ir::behind(&types, at).is_none() {
            let diagnostic =
                Diagnostic::new(Code::EndlessType, "schemas that only refer to each other").at(types[id].origin.span);
            report.push(diagnostic.help("give one of them a `type` or other keywords"));
            *api.fallbacks
                .entry("schemas that only refer to each other".to_owned())
                .or_default() += 1;
            types[id].shape = Shape::Any;
        }
    }
    // The first type along the chain that has a name or a mark, or its end.
    let is_plain = |ty: &ir::Type| ty.name == NameHint::Anonymous && !ty.sensitive;
    let ends = ir::ends(&types, |ty| ir::alias(ty).filter(|_| is_plain(ty)));
    let target: Vec<TypeId> = (0u32..)
        .map(TypeId)
        .zip(ends)
        .map(|(id, end)| end.unwrap_or(id))
        .collect();
    for ty in &mut types {
        edges::map_shape(&mut ty.shape, &mut |id| target[id.0 as usize]);
    }
    api.types = types;
    edges::map_roots(api, &mut |id| target[id.0 as usize]);
}
