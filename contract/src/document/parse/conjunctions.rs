//! Bounds what schemas get from each other by `$ref` and `allOf`: each type has the members of all schemas that it combines, so
//! that a chain of a thousand schemas makes half a million members.

use std::collections::HashSet;

use crate::diag::{Code, Diagnostic, Report};
use crate::document::document::Document;
use crate::document::schema::{Schema, SchemaId};
use crate::limits;

/// Returns false for schemas that combine too much, which is reported at the one that combines most. Takes no more steps than the
/// limit has.
pub(super) fn are_bounded(document: &Document, report: &mut Report) -> bool {
    let schemas = &document.schemas;
    let limit = limits::COMBINED + limits::COMBINED_EACH * schemas.len();
    let mut seen = vec![usize::MAX; schemas.len()];
    let (mut all, mut most, mut largest) = (0, 0, 0);
    // A component that only refers to another one gets nothing from it: its type is an alias.
    let named: HashSet<usize> = document
        .components
        .schemas
        .iter()
        .map(|(_, id)| id.0 as usize)
        .collect();
    let combines = |at: &usize| {
        let schema = &schemas[*at];
        !schema.all_of.is_empty() || (schema.reference.is_some() && !named.contains(at))
    };
    for start in (0..schemas.len()).filter(combines) {
        let before = all;
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], start) == start {
                continue;
            }
            all += 1 + schemas[at].properties.len();
            open.extend(parts(&schemas[at]).map(|id| id.0 as usize));
            if all > limit {
                break;
            }
        }
        if all - before > most {
            (most, largest) = (all - before, start);
        }
        if all > limit {
            let message =
                format!("schemas inherit more than {limit} parts and members from each other by `$ref` and `allOf`");
            let place = Diagnostic::new(Code::TooLarge, message).at(schemas[largest].span);
            let place = place.label(format!("this one inherits {most} of them"));
            report
                .push(place.help("refer to the last schema of a chain directly, and combine fewer schemas by `allOf`"));
            return false;
        }
    }
    true
}

/// Returns the schemas that hold for the same value.
fn parts(schema: &Schema) -> impl Iterator<Item = SchemaId> {
    let target = schema.reference.map(|reference| reference.target);
    schema.all_of.iter().copied().chain(target)
}
