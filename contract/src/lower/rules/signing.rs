//! The signature of requests, compared with the operations that require it.

use super::words;
use crate::{
    diag::{Code, Diagnostic, Report},
    document::Document,
    ir::{self, SecurityKind},
};

/// Checks that an operation requires the scheme that signs: otherwise every request is sent unsigned. A selection of operations
/// keeps a scheme that none of them requires only if the root names it, or no other operation does.
pub(super) fn signing(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    // After an error, a requirement may be missing that was not understood.
    if api.operations.is_empty() || report.has_errors() {
        return;
    }
    // The root names a scheme for operations that were not selected, too.
    let is_part = document.chosen.as_ref().is_some_and(|chosen| !chosen.others.is_empty());
    let of_root = || document.security.iter().flatten().flat_map(|one| &one.schemes);
    for (at, scheme) in api.security.iter().enumerate() {
        if is_part && of_root().any(|required| required.name == scheme.name) {
            continue;
        }
        let mut required = api
            .operations
            .iter()
            .flat_map(|operation| &operation.security)
            .flatten();
        if !matches!(scheme.kind, SecurityKind::Signing(_)) || required.any(|(known, _)| *known == at) {
            continue;
        }
        let name = &scheme.name;
        let message =
            format!("`x-signing` has no effect: no operation requires `{name}`, so requests are sent unsigned");
        let diagnostic =
            Diagnostic::new(Code::BadExtension, message).at(words::place(document, &scheme.origin, "/x-signing"));
        let help = format!(
            "write `security: [{{ {name}: [] }}]` at the root or on the operations that are signed, or remove `x-signing`"
        );
        report.insist(diagnostic.help(help));
    }
}
