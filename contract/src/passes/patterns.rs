//! Patterns: translates those of sent types for the engine of the runtime; reports each of the others once, because
//! requests are not checked against it.

use std::collections::HashMap;

use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{Constraints, Shape, UnsealedApi},
    pattern::{self, Untranslated},
    source::Span,
};

pub(super) fn run(api: &mut UnsealedApi, report: &mut Report) {
    let mut known: HashMap<String, Option<String>> = HashMap::new();
    for ty in api.types.iter_mut().filter(|ty| ty.directions.request) {
        let (Shape::Scalar(_, limits) | Shape::Newtype(_, limits)) = &mut ty.shape else {
            continue;
        };
        check(limits, ty.origin.span, &mut known, report);
    }
}

fn check(limits: &mut Constraints, span: Span, known: &mut HashMap<String, Option<String>>, report: &mut Report) {
    for limits in limits.others.iter_mut().chain(&mut limits.either) {
        check(limits, span, known, report);
    }
    let Some(pattern) = &limits.pattern else { return };
    if !known.contains_key(pattern) {
        let translated = pattern::translate(pattern);
        // `validate` reports patterns that are no regular expressions.
        if let Err(Untranslated::Unsupported(why)) = &translated {
            let message = format!("the client does not check the pattern `{pattern}` before it sends a request: {why}");
            let help = "write it without this, so that both ECMA-262 and linear-time engines accept it";
            report.push(Diagnostic::new(Code::PatternNotChecked, message).at(span).help(help));
        }
        known.insert(pattern.clone(), translated.ok());
    }
    limits.checked_pattern = known.get(pattern).cloned().flatten();
}
