//! Effects and idempotency keys of operations, with intent and subject of the keys; security schemes, compared with the operations that
//! require them; and the headers that the client writes itself: each has one meaning. (`client_headers` handles parameters of the same name.)

use super::types::{self, follow, is_text};
use crate::diag::{Code, Diagnostic, Report};
use crate::document::{self, Document};
use crate::ir::{self, EffectKind, KeyIntent, ParameterLocation, PartContent, SecurityKind};
use crate::lower::operation::extension_span;
use crate::source::Span;

const IDEMPOTENCY: &str = "x-idempotency";
const EFFECT: &str = "x-effect";

/// Reports operations whose `intent` and idempotency key do not fit: an intent without a key, a key without an intent, an intent of a
/// safe operation. With a header for all keys each unsafe operation has an intent, unless `on` names methods.
pub(super) fn intents(
    document: &Document,
    api: &ir::UnsealedApi,
    written: &[&document::Operation],
    report: &mut Report,
) {
    let word = |source: &document::Operation| extension_span(document, &source.extensions, IDEMPOTENCY);
    let has_header = api.idempotency.as_ref().is_some_and(|keys| keys.header.is_some());
    let is_of_all = has_header && api.key_scope.on.is_empty();
    let declares = api.operations.iter().any(|operation| operation.declared_key.is_some());
    if let Some(span) = extension_span(document, &document.extensions, IDEMPOTENCY)
        && api.idempotency.is_some()
        && !has_header
        && !declares
        && document.chosen.is_none()
    {
        let named = api.key_scope.member.as_ref();
        let (message, help) = match named {
            Some(name) => (
                format!("`x-idempotency`: no operation has the member `{name}` as a key"),
                "write a text member of a JSON body that is required, has one form, and whose schema occurs nowhere else",
            ),
            None => (
                "`x-idempotency` has no `header`, and no operation declares an idempotency key".to_owned(),
                "add `header` with the name of the header",
            ),
        };
        report.fault(Code::BadExtension, span, message, help);
    }
    account_keys(api, written, report);
    for (operation, source) in api.operations.iter().zip(written) {
        aliases(document, operation, source, report);
        let has_key = has_header || operation.declared_key.is_some();
        let (keys, is_safe) = (api.idempotency.as_ref(), operation.method.is_safe());
        let is_unwritten = source.extensions.get(IDEMPOTENCY).is_none();
        // A misspelt word was reported at its location.
        let is_misspelt = || report.is_held_to_vocabulary() && source.extensions.has_misspelt(IDEMPOTENCY);
        let fault = match operation.intent {
            // `on` without a header gives intents that nobody wrote, and is reported there.
            Some(_) if !has_key && keys.is_some() && !is_safe && is_unwritten => continue,
            Some(_) if !has_key && (keys.is_some() || document.extensions.get(IDEMPOTENCY).is_none()) => Diagnostic::new(
                Code::BadExtension,
                format!("`{}` has an `intent`, but no header for its idempotency key", operation.id),
            )
            .at(word(source).unwrap_or(source.method_span))
            .help("add `x-idempotency` with `header` and `retention` to the root, or declare the header as a parameter"),
            None if keys.is_some() && !is_safe && is_of_all && is_unwritten && !is_misspelt() => Diagnostic::new(
                Code::MissingIntent,
                format!("`{}` has no `intent` for its idempotency key", operation.id),
            )
            .at(source.method_span)
            .help("add `x-idempotency: { intent: effect }` (one key per business action, for ever) or `{ intent: refresh }` (a new key for each new response); \
                   with `on: [POST]` in the root's `x-idempotency`, a `POST` needs no intent, and other methods have no key"),
            Some(_) if keys.is_some() && is_safe => {
                Diagnostic::new(Code::BadExtension, format!("`{}` is safe, so it has no idempotency key", operation.id))
                    .at(source.method_span)
                    .help("remove `x-idempotency` from it")
            }
            _ => continue,
        };
        report.push(fault);
    }
}

/// Checks that a client can send keys with the id of their operation before them (`scope: account`).
fn account_keys(api: &ir::UnsealedApi, written: &[&document::Operation], report: &mut Report) {
    let Some(keys) = api.idempotency.as_ref().filter(|keys| keys.is_of_account) else {
        return;
    };
    let keyed = api
        .operations
        .iter()
        .zip(written)
        .filter(|(operation, _)| operation.intent.is_some());
    for (operation, source) in keyed {
        let most = operation
            .declared_key
            .as_ref()
            .map_or(keys.key_length, |own| own.length)
            .1;
        let (id, is_sent) = (&operation.id, operation.id.bytes().all(|byte| byte.is_ascii_graphic()));
        if is_sent && id.len() + 1 < most as usize {
            continue;
        }
        let message = if is_sent {
            format!("`x-idempotency`: `{id}:` leaves no place for a key of at most {most} characters")
        } else {
            format!(
                "`x-idempotency`: the operation id `{id}` is not visible ASCII, so it cannot be written before a key"
            )
        };
        let help = "with `scope: account` the client writes the operation id before the key: give the operation a shorter `operationId` of letters and digits, or remove `scope`";
        report.fault(Code::BadExtension, source.method_span, message, help);
    }
}

/// Checks that an alias does not have a stronger intent than its operation: an alias of a call that only reads has no
/// effect.
fn aliases(document: &Document, operation: &ir::Operation, source: &document::Operation, report: &mut Report) {
    let span = extension_span(document, &source.extensions, "x-sdk").unwrap_or(source.method_span);
    for alias in &operation.aliases {
        let (why, help) = match (operation.intent, alias.intent) {
            // An unsafe operation without an intent was reported.
            (None, Some(_)) if operation.method.is_safe() || document.extensions.get(IDEMPOTENCY).is_none() => {
                ("has no key", "remove `intent` from the alias")
            }
            (Some(ir::KeyIntent::Refresh), Some(ir::KeyIntent::Effect)) => (
                "has `intent: refresh`, so its aliases cannot have an effect",
                "write `intent: effect` on the operation, and `refresh` on the alias without an effect",
            ),
            _ => continue,
        };
        let message = format!(
            "`x-sdk.aliases`: `{}` has an `intent`, but `{}` {why}",
            alias.method, operation.id
        );
        report.fault(Code::BadExtension, span, message, help);
    }
}

// Effects of operations (`x-effect`), compared with their method and key.

/// Checks that every unsafe operation states an effect if one does, and that no effect contradicts method or key.
pub(super) fn effects(
    document: &Document,
    api: &ir::UnsealedApi,
    written: &[&document::Operation],
    report: &mut Report,
) {
    let word = |source: &document::Operation| extension_span(document, &source.extensions, EFFECT);
    let is_used = written.iter().any(|source| source.extensions.get(EFFECT).is_some());
    for (operation, source) in api.operations.iter().zip(written) {
        let (id, is_safe) = (&operation.id, operation.method.is_safe());
        if is_used && !is_safe && source.extensions.get(EFFECT).is_none() {
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

/// Checks that the subject's members exist and are texts, in each form of the body: a request in a form without them
/// would have no subject that a journal could compare.
pub(super) fn subjects(
    document: &Document,
    api: &ir::UnsealedApi,
    written: &[&document::Operation],
    report: &mut Report,
) {
    for (operation, source) in api.operations.iter().zip(written) {
        let forms: Vec<&ir::BodyForm> = operation.body.iter().flat_map(|body| &body.forms).collect();
        for part in &operation.subject {
            let ir::Subject::Body(pointer) = part else { continue };
            let mut said: Vec<String> = forms
                .iter()
                .filter_map(|form| is_missed(api, form, pointer))
                .map(|why| format!("{why} of `{}`", operation.id))
                .collect();
            if forms.is_empty() {
                said.push(format!(
                    "the body of `{}` has no member `/{}`",
                    operation.id,
                    pointer.join("/")
                ));
            }
            let span = extension_span(document, &source.extensions, IDEMPOTENCY).unwrap_or(source.method_span);
            for message in said {
                let help = "write the JSON Pointer of a string that each form of the body has, such as `/reference`; all forms must be JSON";
                report.fault(Code::BadExtension, span, message, help);
            }
        }
    }
}

/// Returns the reason that a request in this form of the body would lack the text, if it would.
fn is_missed(api: &ir::UnsealedApi, form: &ir::BodyForm, pointer: &[String]) -> Option<String> {
    let (media, at) = (&form.media_type, pointer.join("/"));
    let PartContent::Json(body) = form.content else {
        return Some(format!("`/{at}` cannot be read from the `{media}` body"));
    };
    match follow(api, body, pointer) {
        Err(_) => Some(format!("there is no member `/{at}` in the `{media}` body")),
        Ok(id) if !is_text(api, id) => Some(format!("`/{at}` is not a string in the `{media}` body")),
        Ok(_) => None,
    }
}

// Security schemes, compared with the operations that require them.

/// Checks that an operation requires each scheme: otherwise no request has its credential, and without a scheme that
/// signs, every request leaves without a signature. A selection of operations keeps a scheme that none of them requires only if the root names it, or no other
/// operation does.
pub(super) fn schemes(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    // After an error, a requirement may be missing that was not understood.
    if api.operations.is_empty() || report.has_errors() {
        return;
    }
    // The root names a scheme for operations that were not selected, too.
    let is_part = document.chosen.as_ref().is_some_and(|chosen| !chosen.others.is_empty());
    let of_root = || document.security.iter().flatten().flat_map(|one| &one.schemes);
    for (at, scheme) in api.security.iter().enumerate() {
        if let SecurityKind::Signing(signing) = &scheme.kind {
            whole_body(document, api, at, &signing.rules, report);
        }
        let is_of_others = is_part && of_root().any(|required| required.name == scheme.name);
        if is_of_others || api.operations.iter().any(|operation| operation.requires(at)) {
            continue;
        }
        let name = &scheme.name;
        match &scheme.kind {
            SecurityKind::Signing(_) => {
                let message =
                    format!("`x-signing` has no effect: no operation requires `{name}`, so requests are sent unsigned");
                let place = types::place(document, &scheme.origin, "/x-signing");
                let help = format!(
                    "write `security: [{{ {name}: [] }}]` at the root or on the operations that are signed, or remove `x-signing`"
                );
                report.insist(Diagnostic::new(Code::BadExtension, message).at(place).help(help));
            }
            // The transport has the certificate, whatever an operation requires.
            SecurityKind::MutualTls => {}
            _ => {
                let message = format!(
                    "none of the {} operations requires `{name}`, so the client never sends its credential",
                    api.operations.len()
                );
                let help = format!(
                    "if the API requires it, add `security: [{{ {name}: [] }}]` to the root or to operations, such as by the overlay \
                     action `{{ target: $, update: {{ security: [{{ {name}: [] }}] }} }}`"
                );
                report.fault(Code::IdleScheme, scheme.origin.span, message, &help);
            }
        }
    }
}

/// Reports operations whose body is always in parts, if the signature covers more of it than its SHA-256: the parts are not in
/// memory as a whole. A file must be, which the client checks.
fn whole_body(
    document: &Document,
    api: &ir::UnsealedApi,
    scheme: usize,
    signing: &ir::SignatureRules,
    report: &mut Report,
) {
    if !signing.covers_raw_body() {
        return;
    }
    for operation in api.operations.iter().filter(|operation| operation.requires(scheme)) {
        let is_in_parts = |form: &ir::BodyForm| matches!(form.content, PartContent::Multipart(..));
        if operation.forms().next().is_some() && operation.forms().all(is_in_parts) {
            let message = format!(
                "`{}` sends its body in parts, but the signature of its request covers the whole body, which must be in memory",
                operation.id
            );
            let help = "sign the hash of the body, such as `{body|sha256|hex}`, or remove the signature from `security` of this operation";
            let place = types::place(document, &operation.origin, "/requestBody");
            report.push(Diagnostic::new(Code::BadExtension, message).at(place).help(help));
        }
    }
}

// Headers that the client writes itself.

/// Headers of HTTP that belong to a message or a connection.
#[rustfmt::skip]
const OF_HTTP: &[&str] = &[
    "accept", "connection", "content-length", "content-type", "cookie", "host", "te", "trailer", "transfer-encoding", "upgrade",
    "user-agent",
];

/// A header, its content, and its location in the contract.
struct NamedHeader<'a> {
    name: &'a str,
    carries: &'static str,
    span: Span,
}

/// Checks that no two words, nor a word and a credential of the same call, write one header.
pub(super) fn headers(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    let written = written_headers(document, api);
    for (at, one) in written.iter().enumerate() {
        let other = written[..at]
            .iter()
            .find(|other| other.name.eq_ignore_ascii_case(one.name));
        let carried = other.map(|other| other.carries);
        let carried = carried.or_else(|| is_of_http(one.name).then_some("a property of the HTTP message"));
        if let Some(carried) = carried {
            let message = format!(
                "the header `{}` of {} already contains {carried}",
                one.name, one.carries
            );
            let diagnostic = Diagnostic::new(Code::BadExtension, message).at(one.span);
            report.insist(diagnostic.help("give each of them a different header"));
        }
    }
    credential_headers(api, &written, report);
}

fn is_of_http(name: &str) -> bool {
    OF_HTTP.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Returns the headers that words of the contract name.
fn written_headers<'a>(document: &Document, api: &'a ir::UnsealedApi) -> Vec<NamedHeader<'a>> {
    let mut all = Vec::new();
    for scheme in &api.security {
        let SecurityKind::Signing(signing) = &scheme.kind else {
            continue;
        };
        let span = scheme.origin.span;
        let mut add = |name: Option<&'a str>, carries| {
            all.extend(name.map(|name| NamedHeader { name, carries, span }));
        };
        let rules = &signing.rules;
        add(rules.signature.header(), "the signature");
        add(rules.header_of(ir::SignedValue::ClientId), "the client id");
        add(
            rules.header_of(ir::SignedValue::Timestamp),
            "the instant of the signature",
        );
        add(rules.header_of(ir::SignedValue::Nonce), "the nonce");
        if let Some(http) = rules.form.http() {
            add(http.digest.map(|(name, _)| name), "the digest of the body");
            add(http.certificate_header, "the certificate of the key");
        }
    }
    if let Some(name) = api.idempotency.as_ref().and_then(|keys| keys.header.as_ref()) {
        let span = extension_span(document, &document.extensions, "x-idempotency").unwrap_or_default();
        all.push(NamedHeader {
            name,
            carries: "the idempotency key",
            span,
        });
    }
    if let Some(name) = &api.settings.request_id_header {
        let span = extension_span(document, &document.extensions, "x-sdk").unwrap_or_default();
        all.push(NamedHeader {
            name,
            carries: "the request id",
            span,
        });
    }
    all
}

/// Checks that a credential sent together with a signature or a key has a header of its own.
fn credential_headers(api: &ir::UnsealedApi, written: &[NamedHeader<'_>], report: &mut Report) {
    for (index, scheme) in api.security.iter().enumerate() {
        let name = match &scheme.kind {
            SecurityKind::ApiKey {
                location: ParameterLocation::Header,
                name,
            } => name.as_str(),
            SecurityKind::ApiKey { .. } | SecurityKind::Signing(_) | SecurityKind::MutualTls => continue,
            _ => "Authorization",
        };
        let Some(ours) = written.iter().find(|one| one.name.eq_ignore_ascii_case(name)) else {
            continue;
        };
        let is_signing = |at: &usize| matches!(api.security[*at].kind, SecurityKind::Signing(_));
        let is_other = !api.security.iter().any(|scheme| match &scheme.kind {
            SecurityKind::Signing(_) => scheme.origin.span == ours.span,
            _ => false,
        });
        let mut alternatives = api.operations.iter().flat_map(|operation| &operation.security);
        let together = alternatives.any(|schemes| {
            let mut known = schemes.iter().map(|(at, _)| *at);
            known.clone().any(|at| at == index) && known.any(|at| is_signing(&at))
        });
        if is_other || together {
            let message = format!(
                "the credential `{}` uses the same header as {}",
                scheme.name, ours.carries
            );
            let diagnostic = Diagnostic::new(Code::BadExtension, message).at(scheme.origin.span);
            report.insist(diagnostic.help("give each of them a different header"));
        }
    }
}
