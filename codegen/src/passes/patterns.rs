//! Which patterns can be checked before something is sent? They are translated for the engine of the runtime; each of the
//! others is reported once, because nothing that is sent will be held to it.

mod ecma;

use std::collections::HashMap;

use crate::{
    diag::{Code, Diagnostic, Report},
    ir::{Draft, Shape},
};

pub(super) fn run(draft: &mut Draft, report: &mut Report) {
    let mut known: HashMap<String, Option<String>> = HashMap::new();
    for ty in draft.types.iter_mut().filter(|ty| ty.reach.request) {
        let (Shape::Scalar(_, limits) | Shape::Newtype(_, limits)) = &mut ty.shape else {
            continue;
        };
        let Some(pattern) = &limits.pattern else { continue };
        if !known.contains_key(pattern) {
            let translated = ecma::translate(pattern);
            if let Err(why) = &translated {
                let message = format!("the pattern `{pattern}` is not checked before anything is sent: {why}");
                let help = "write it without that, as ECMA-262 and linear-time engines both understand it";
                report.push(
                    Diagnostic::new(Code::PatternNotChecked, message)
                        .at(ty.origin.span)
                        .help(help),
                );
            }
            known.insert(pattern.clone(), translated.ok());
        }
        limits.checked_pattern = known.get(pattern).cloned().flatten();
    }
}
