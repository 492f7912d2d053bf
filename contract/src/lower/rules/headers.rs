//! Headers that the client writes itself: each has one meaning. (`client_headers` handles parameters of the same name.)

use super::super::operation::extension_span;
use crate::{
    diag::{Code, Diagnostic, Report},
    document::Document,
    ir::{self, ParameterLocation, SecurityKind},
    source::Span,
};

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
    let written = written(document, api);
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
    credentials(api, &written, report);
}

fn is_of_http(name: &str) -> bool {
    OF_HTTP.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Returns the headers that words of the contract name.
fn written<'a>(document: &Document, api: &'a ir::UnsealedApi) -> Vec<NamedHeader<'a>> {
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
fn credentials(api: &ir::UnsealedApi, written: &[NamedHeader<'_>], report: &mut Report) {
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
