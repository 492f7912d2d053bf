//! What operations say of their idempotency key: that they want one, and what they act on.

use super::types::{follow, settled, text};
use crate::{
    contract::{self, Document},
    diag::{Code, Diagnostic, Report},
    ir::{self, PartContent, ScalarFormat, Shape, TypeId},
    lower::operation::extension_span,
};

const WORD: &str = "x-idempotency";

/// With a root `x-idempotency`, every unsafe operation says what it wants from its key; without one, nobody does.
pub(super) fn intents(document: &Document, draft: &ir::Draft, written: &[&contract::Operation], report: &mut Report) {
    let word = |source: &contract::Operation| extension_span(document, &source.extensions, WORD);
    for (operation, source) in draft.operations.iter().zip(written) {
        let said = match (&draft.idempotency, operation.method.is_safe(), operation.intent) {
            (None, _, Some(_)) if document.extensions.get(WORD).is_none() => Diagnostic::new(
                Code::BadExtension,
                format!("`{}` says what it wants from a key that no header carries", operation.id),
            )
            .at(word(source).unwrap_or(source.method_span))
            .help("add `x-idempotency` with `header` and `retention` to the root"),
            // An intent that is there but no word of ours was reported where it stands.
            (Some(_), false, None) if source.extensions.get(WORD).is_none() => Diagnostic::new(
                Code::MissingIntent,
                format!("`{}` does not say what it wants from its key", operation.id),
            )
            .at(source.method_span)
            .help("add `x-idempotency: { intent: effect }` (one key per business action, for ever) or `{ intent: refresh }` (a new key each time a new answer is wanted)"),
            (Some(_), true, Some(_)) => {
                Diagnostic::new(Code::BadExtension, format!("`{}` is safe and has no key", operation.id))
                    .at(source.method_span)
                    .help("remove `x-idempotency` from it")
            }
            _ => continue,
        };
        report.push(said);
    }
}

/// The members of a body that say what an operation acts on are there, and are texts.
pub(super) fn subjects(document: &Document, draft: &ir::Draft, written: &[&contract::Operation], report: &mut Report) {
    for (operation, source) in draft.operations.iter().zip(written) {
        let forms = operation.body.iter().flat_map(|body| &body.forms);
        let bodies: Vec<TypeId> = forms
            .filter_map(|form| match form.content {
                PartContent::Json(id) => Some(id),
                _ => None,
            })
            .collect();
        for part in &operation.subject {
            let ir::Subject::Body(pointer) = part else { continue };
            let found: Vec<TypeId> = bodies
                .iter()
                .filter_map(|body| follow(draft, *body, pointer).ok())
                .collect();
            let pointer = pointer.join("/");
            let message = if found.is_empty() {
                format!("the body of `{}` has no member `/{pointer}`", operation.id)
            } else if found.iter().all(|id| is_text(draft, *id)) {
                continue;
            } else {
                format!("`/{pointer}` in the body of `{}` is no text", operation.id)
            };
            let span = extension_span(document, &source.extensions, WORD).unwrap_or(source.method_span);
            report.push(
                Diagnostic::new(Code::BadExtension, message)
                    .at(span)
                    .help("name a text in the JSON body by its JSON Pointer, like `/reference`"),
            );
        }
    }
}

/// Is a value of the type written as a JSON text?
fn is_text(draft: &ir::Draft, id: TypeId) -> bool {
    use ScalarFormat::{Bool, Float, I32, I64, Integer, Number, U64};
    match &draft.types[settled(draft, id).0 as usize].shape {
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => {
            !matches!(format, Bool | Float | I32 | I64 | Integer | Number | U64)
        }
        Shape::Enum(shape) => shape.values.iter().all(|value| text(&value.value).is_some()),
        Shape::Any => true,
        _ => false,
    }
}
