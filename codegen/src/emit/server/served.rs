//! The operations that the server's side can serve, and the reasons for the others.

use proc_macro2::Ident;
use sdkwright_contract::ir::{self, PartContent};

use super::super::context::Context;
use super::super::operation::answer::good;
use super::super::param::is_scalar;
use super::super::signing;
use super::forms;

/// Names of the items of one operation.
pub(super) struct ServedNames {
    pub(super) method: Ident,
    pub(super) request: Ident,
    pub(super) response: Ident,
}

/// Returns the operations that are not served, each with its reason.
pub(in super::super) fn left_out<'c>(
    context: &'c Context<'_>,
) -> impl Iterator<Item = (ir::OperationId, &'static str)> + 'c {
    let operations = context.api.operations().filter(|_| context.about.server);
    operations.filter_map(|(id, _)| Some((id, reason(context, id)?)))
}

/// Returns the reason why an operation is not served; `None` for one that is.
pub(super) fn reason(context: &Context<'_>, id: ir::OperationId) -> Option<&'static str> {
    let operation = context.api.operation(id);
    let reasons = [
        (
            is_of_other_path(operation),
            "server: a path with several parameters in a segment, or with a query",
        ),
        (
            !is_json(operation) && context.api.approval(operation).is_some(),
            "server: an approval in a body that is not JSON",
        ),
        (good(operation).is_empty(), "server: no response of success"),
        (
            has_other_header(context, operation),
            "server: a response header that is not one value",
        ),
    ];
    let found = reasons.into_iter().find(|(is_so, _)| *is_so).map(|(_, reason)| reason);
    let found = found.or_else(|| signature_reason(context, operation));
    let mut parameters = operation.parameters.iter();
    let is_read = |parameter| forms::described(context, operation, parameter).is_some();
    found.or_else(|| {
        (!parameters.all(is_read)).then_some("server: a parameter of bytes, or of a type without end in `deepObject`")
    })
}

fn is_of_other_path(operation: &ir::Operation) -> bool {
    let several = |segment: &str| segment.matches('{').count() > 1;
    operation.path.contains(['?', '#']) || operation.path.split('/').any(several)
}

/// Returns the reason why a request does not have all that its signature needs.
fn signature_reason(context: &Context<'_>, operation: &ir::Operation) -> Option<&'static str> {
    use ir::{Piece, SignedValue};
    let schemes = context.api.security.iter().enumerate();
    let mut signing = schemes.filter(|(_, scheme)| matches!(scheme.kind, ir::SecurityKind::Signing(_)));
    signing.find(|(index, _)| operation.requires(*index))?;
    let rules = &signing::scheme(context)?.rules;
    let is_known = |piece: &Piece| match *piece {
        Piece::Text(_) => true,
        Piece::Value(SignedValue::Expires, _) if rules.lifetime.is_some() && rules.form.is_message() => true,
        Piece::Value(value, _) => !value.is_of_sender() || rules.is_placed(value),
    };
    let any = |values: [SignedValue; 2]| values.into_iter().any(|value| rules.is_placed(value));
    let has_time = any([SignedValue::Timestamp, SignedValue::Expires]);
    let past = rules.freshness.past.or(rules.lifetime);
    let reasons = [
        (
            !any([SignedValue::ClientId, SignedValue::KeyId]),
            "server: a signature that names neither its client nor its key",
        ),
        (
            // The text of a key's id is taken as it is.
            rules.form.http().is_none() && !rules.pieces().all(is_known),
            "server: a signed value that the request does not contain",
        ),
        (
            // A copy could have another one.
            ![SignedValue::Timestamp, SignedValue::Expires, SignedValue::Nonce]
                .into_iter()
                .all(|value| !rules.is_placed(value) || is_signed(rules, value)),
            "server: a nonce or an instant that the signature does not cover",
        ),
        (
            // Each nonce would have to be kept for ever.
            rules.is_placed(SignedValue::Nonce) && !(has_time && past.is_some() && rules.freshness.future.is_some()),
            "server: a nonce without freshness",
        ),
    ];
    reasons.into_iter().find(|(is_so, _)| *is_so).map(|(_, reason)| reason)
}

/// Returns `true` if the signature covers a value of the sender at its place.
fn is_signed(rules: &ir::SignatureRules, value: ir::SignedValue) -> bool {
    use ir::{SignatureForm, SignedValue, ValuePlace};
    let covered = rules.form.http().map_or(&[][..], |form| form.covered);
    let has = |names: &[&str]| {
        covered
            .iter()
            .any(|one| names.iter().any(|name| one.eq_ignore_ascii_case(name)))
    };
    let is_at = |place| match place {
        ValuePlace::Header(name) => has(&[name]),
        ValuePlace::Query(_) | ValuePlace::Pair(_) => {
            let whole = ["@query", "@target-uri", "@request-target", "(request-target)"];
            let is_whole = rules.covers(SignedValue::Target) || rules.covers(SignedValue::Query);
            is_whole || has(&whole) || matches!(rules.form, SignatureForm::OAuth1(_))
        }
    };
    rules.covers(value) || rules.form.contains(value) || rules.places(value).any(is_at)
}

/// Returns `true` for an operation whose only body is JSON.
pub(super) fn is_json(operation: &ir::Operation) -> bool {
    let mut forms = operation.forms();
    let first = forms.next();
    forms.next().is_none() && first.is_some_and(|form| matches!(form.content, PartContent::Json(_)))
}

fn has_other_header(context: &Context<'_>, operation: &ir::Operation) -> bool {
    let all = good(operation);
    let mut headers = all.iter().flat_map(|response| headers(context, response));
    headers.any(|header| header.json || !is_scalar(context, header.ty))
}

/// Returns the headers that an implementation sets: not those of the runtime.
pub(super) fn headers<'a>(
    context: &Context<'a>,
    response: &'a ir::Response,
) -> impl Iterator<Item = &'a ir::Header> + use<'a> {
    let api = context.api;
    response.headers.iter().filter(move |header| {
        let replayed = api.idempotency.as_ref().and_then(|keys| keys.replayed);
        let own = [
            api.settings.request_id_header.as_deref(),
            replayed.map(|(name, _)| name),
            Some("Content-Type"),
            Some("Content-Length"),
        ];
        !own.into_iter()
            .flatten()
            .any(|own| own.eq_ignore_ascii_case(&header.name))
    })
}
