//! `x-repeats`: the members exist in the JSON request body and in a JSON success response, and both are texts, or numbers with the
//! comparison of numbers.

use super::types::{follow, is_number, is_text, place};
use crate::diag::{Code, Diagnostic, Report};
use crate::document::Document;
use crate::ir::{Comparison, EffectKind, KeyIntent, PartContent, TypeId};
use crate::lower::operation::extension_span;
use crate::source::escape;
use crate::{document, ir};

const SENT: &str = "write the JSON Pointer of a string that each JSON form of the body has, such as `/iban`";
const RECEIVED: &str = "write the JSON Pointer of a string of a JSON success response, such as `/iban`";

/// Checks both members of each row. A response in a form without the member is not compared.
pub(super) fn repeats(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    for operation in &api.operations {
        let id = &operation.id;
        let forms: Vec<(&str, TypeId)> = operation
            .forms()
            .filter_map(|form| json(&form.media_type, &form.content))
            .collect();
        let successes = operation
            .responses
            .iter()
            .filter(|response| response.status.is_success());
        let bodies = successes.flat_map(|response| &response.bodies);
        let responses: Vec<TypeId> = bodies
            .filter_map(|body| json(&body.media_type, &body.content))
            .map(|(_, id)| id)
            .collect();
        for repeat in &operation.repeats {
            let mut fault = |member: &str, message: String, help: &str| {
                let span = place(document, &repeat.origin, member);
                let message = format!("`x-repeats`: {message}");
                report.fault(Code::BadExtension, span, message, help);
            };
            let at = pointer(&repeat.sent);
            if forms.is_empty() {
                let message = format!("`{id}` has no JSON body with a member `{at}`");
                fault("/sent", message, "remove `x-repeats`, or declare the JSON body");
            }
            for (media, form) in &forms {
                if let Some(why) = is_missed(api, *form, &repeat.sent, repeat.comparison) {
                    fault("/sent", format!("{why} in the `{media}` body of `{id}`"), SENT);
                }
            }
            let at = pointer(&repeat.received);
            let misses: Vec<Option<String>> = responses
                .iter()
                .map(|ty| is_missed(api, *ty, &repeat.received, repeat.comparison))
                .collect();
            if misses.is_empty() {
                let message = format!("`{id}` has no JSON success response with a member `{at}`");
                fault("/received", message, "remove `x-repeats`, or declare the JSON response");
            } else if let Some(Some(why)) = misses.iter().min_by_key(|why| why.is_some()) {
                fault("/received", format!("{why} in a success response of `{id}`"), RECEIVED);
            }
        }
    }
}

fn json<'a>(media_type: &'a str, content: &PartContent) -> Option<(&'a str, TypeId)> {
    match content {
        PartContent::Json(id) => Some((media_type, *id)),
        _ => None,
    }
}

/// Returns the reason that a value of the type lacks the text, if it does.
fn is_missed(api: &ir::UnsealedApi, from: TypeId, path: &[String], comparison: Comparison) -> Option<String> {
    let at = pointer(path);
    match follow(api, from, path) {
        Err(_) => Some(format!("there is no member `{at}`")),
        Ok(id) if comparison == Comparison::Decimal && is_number(api, id) => None,
        Ok(id) if !is_text(api, id) => Some(format!("`{at}` is not a string")),
        Ok(_) => None,
    }
}

/// Returns the JSON Pointer (RFC 6901) as text.
fn pointer(path: &[String]) -> String {
    path.iter().fold(String::new(), |text, name| text + "/" + &escape(name))
}

// Effects of operations (`x-effect`), compared with their method and key.

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
            report.fault(Code::MissingEffect, source.method_span, message, help);
            continue;
        }
        let Some(said) = operation.effect else { continue };
        let (why, help) = if is_safe && said != EffectKind::None {
            ("its method is safe", "remove `x-effect`, or correct the method")
        } else if operation.intent == Some(KeyIntent::Effect) && said == EffectKind::None {
            (
                "each of its keys identifies one action for ever",
                "write its effect, or `intent: refresh` if it has no effect",
            )
        } else if operation.intent == Some(KeyIntent::Refresh) && said > EffectKind::Records {
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
