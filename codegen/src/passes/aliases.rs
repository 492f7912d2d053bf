//! Aliases: anonymous ones are replaced by their target; named ones stay. A chain of aliases without a type at its end
//! is any JSON value.

use super::edges;
use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{self, Draft, NameHint, Shape, TypeId},
};

pub(super) fn run(draft: &mut Draft, report: &mut Report) {
    let mut types = std::mem::take(&mut draft.types);
    for id in 0..types.len() {
        let Ok(at) = u32::try_from(id) else { break };
        if ir::behind(&types, TypeId(at)).is_none() {
            let diagnostic =
                Diagnostic::new(Code::EndlessType, "schemas that only refer to each other").at(types[id].origin.span);
            report.push(diagnostic.help("let one of them say what a value looks like"));
            *draft
                .fallbacks
                .entry("schemas that only refer to each other".to_owned())
                .or_default() += 1;
            types[id].shape = Shape::Any;
        }
    }
    // The first type along the chain that has a name or a mark, or its end.
    let target: Vec<TypeId> = (0..types.len())
        .map(|id| {
            let mut at = id;
            loop {
                match types[at].shape {
                    Shape::Alias(next) if types[at].name == NameHint::Anonymous && !types[at].sensitive => {
                        at = next.0 as usize;
                    }
                    _ => break TypeId(u32::try_from(at).unwrap_or(u32::MAX)),
                }
            }
        })
        .collect();
    for ty in &mut types {
        edges::map_shape(&mut ty.shape, &mut |id| target[id.0 as usize]);
    }
    draft.types = types;
    edges::map_roots(draft, &mut |id| target[id.0 as usize]);
}
