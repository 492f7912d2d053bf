//! Effects of operations (`x-effect`), compared with their method and key.

use crate::{
    diag::{Code, Diagnostic, Report},
    document::{self, Document},
    ir::{self, Effect, KeyIntent},
    lower::operation::extension_span,
};

const WORD: &str = "x-effect";

/// Checks that every unsafe operation states an effect if one does, and that no effect contradicts method or key.
pub(super) fn effects(
    document: &Document,
    api: &ir::UnsealedApi,
    written: &[&document::Operation],
    report: &mut Report,
) {
    let word = |source: &document::Operation| extension_span(document, &source.extensions, WORD);
    let is_used = written.iter().any(|source| source.extensions.get(WORD).is_some());
    for (operation, source) in api.operations.iter().zip(written) {
        let (id, is_safe) = (&operation.id, operation.method.is_safe());
        if is_used && !is_safe && source.extensions.get(WORD).is_none() {
            let message = format!("`{id}` has no `x-effect`, but other operations have one");
            let help = "add `x-effect: records`, `can-move-money`, `moves-money`, or `none` if it changes nothing";
            report.push(
                Diagnostic::new(Code::MissingEffect, message)
                    .at(source.method_span)
                    .help(help),
            );
            continue;
        }
        let Some(said) = operation.effect else { continue };
        let (why, help) = if is_safe && said != Effect::None {
            ("its method is safe", "remove `x-effect`, or correct the method")
        } else if operation.intent == Some(KeyIntent::Effect) && said == Effect::None {
            (
                "each of its keys identifies one action for ever",
                "write its effect, or `intent: refresh` if it has no effect",
            )
        } else if operation.intent == Some(KeyIntent::Refresh) && said > Effect::Records {
            (
                "it can be repeated with new keys",
                "write `intent: effect`, or an effect that moves no money",
            )
        } else {
            continue;
        };
        let message = format!("`x-effect` of `{id}` is wrong: {why}");
        report.push(
            Diagnostic::new(Code::BadExtension, message)
                .at(word(source).unwrap_or(source.method_span))
                .help(help),
        );
    }
}
