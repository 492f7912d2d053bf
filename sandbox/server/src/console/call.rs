//! In: one call that is kept. Out: its page: the failed check, each check in order, what was signed and what arrived, request
//! and response, and a shell script that signs the call again. Never: a secret, whose variable of the environment stands for it.

use super::calls;
use super::page::{self, Visit, body, quoted};
use crate::app::App;
use crate::diagnose::{self, Secrets};
use crate::encode;
use crate::extensions::Signing;
use crate::log::{Call, Check};
use crate::message::{Filter, Signed, ValueSource};
use crate::request::{Reply, Request};
use crate::shared::locked;
use crate::signature::{self, MessageValues};
use crate::view::{self, Thing};
use minijinja::value::Serde;
use minijinja::{Value as Data, context};
use serde_json::Value;

/// The checks in the order in which they are made.
#[rustfmt::skip]
const CHECKS: [&str; 10] = [
    "client", "signature", "freshness", "nonce", "enabled", "key", "parameters", "body", "owner", "state",
];

pub(super) fn one(visit: &Visit<'_>, number: u64) -> Option<Reply> {
    let app = &visit.shared.app;
    let (call, last) = {
        let calls = locked(&visit.shared.calls);
        (calls.get(number)?, calls.last())
    };
    let named = view::named(app, &call.resources);
    let things: Vec<&Thing> = call.resources.iter().filter_map(|number| named.get(number)).collect();
    let extensions = &app.api.contract.extensions;
    let id_header = extensions.sdk("/requestId/header");
    let answered = id_header.and_then(|name| {
        let mut headers = call.answer_headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name))
    });
    let is_refused = call.failures().next().is_some();
    let place = |name: &str| CHECKS.iter().position(|known| *known == name);
    let reached = call.checks.iter().rev().find_map(|check| place(check.name));
    let missing = CHECKS.into_iter().filter(|name| is_refused && place(name) > reached);
    let values = context! {
        last,
        call => calls::call_row(number, &call, 1),
        operation => &call.operation,
        key => extensions.idempotency.as_ref().and_then(|rules| call.header(&rules.header)),
        request_id => answered.map(|(_, value)| value.as_str()).or_else(|| call.header(id_header?)),
        failed => call.failures().next().map(|check| failed(visit, &call, check, &things)),
        things => Serde(&things),
        copied => curl(app, &call),
        checks => call.checks.iter().map(checked).collect::<Data>(),
        missing => missing.collect::<Data>(),
        signed => signed(visit, &call),
        request => context! { headers => Serde(&call.headers), body => body(&call.body) },
        answer => context! { headers => Serde(&call.answer_headers), body => body(&call.answer_body) },
    };
    let title = format!("Call {number}: {}", call.operation.as_deref().unwrap_or(&call.method));
    Some(visit.still(200, "call", &title, values))
}

/// The first check that failed, with the resource in the wrong state.
fn failed(visit: &Visit<'_>, call: &Call, check: &Check, things: &[&Thing]) -> Data {
    let note = check.finding();
    let is_word = |state: &str| {
        note.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .any(|word| word == state)
    };
    let states = ["state", "rules"].contains(&check.name).then(|| {
        let state = visit.shared.app.state();
        let states = things.iter().filter_map(|thing| {
            let then = state.history.state_at(thing.number, call.place).map(str::to_owned);
            Some((thing, then.or_else(|| thing.state.clone())?))
        });
        let states: Vec<(&&Thing, String)> = states.collect();
        let is_named = states.iter().any(|(_, state)| is_word(state));
        let wrong = states.iter().filter(|(_, state)| !is_named || is_word(state));
        wrong
            .map(|(thing, then)| context! { thing => Serde(thing), then })
            .collect::<Data>()
    });
    context! { note, states, name => check.name }
}

fn checked(check: &Check) -> Data {
    let rest: Vec<&str> = check.note.lines().skip(1).collect();
    context! {
        name => check.name,
        passed => check.passed,
        first => check.finding(),
        // The components of a signature are in a table.
        more => (check.name != "signature").then(|| rest.join("\n")),
    }
}

/// The components of the base string: what arrived, and what was signed as far as it is known. Also the base string and the signature that the
/// server makes of it.
fn signed(visit: &Visit<'_>, call: &Call) -> Option<Data> {
    let app = &visit.shared.app;
    let extensions = &app.api.contract.extensions;
    let mut operations = app.api.contract.operations.iter();
    let operation = operations.find(|one| Some(&one.id) == call.operation.as_ref())?;
    let signing = extensions.signing.get(operation.scheme.as_ref()?)?;
    let request = Request {
        method: call.method.clone(),
        target: call.target.clone(),
        headers: call.headers.clone(),
        body: call.body.clone(),
    };
    let parts = MessageValues::new(signing, app.api.contract.key_header(), &request);
    let given = call.header(&signing.signature_header).unwrap_or_default();
    let is_right = call
        .checks
        .iter()
        .find(|check| check.name == "signature")
        .map(|check| check.passed);
    let secret = &app.credentials.client_secret;
    let secrets = Secrets {
        client: secret,
        webhook: &app.credentials.webhook_secret,
    };
    let wrong = is_right == Some(false);
    let found = wrong
        .then(|| diagnose::find(signing, &parts, given, &secrets))
        .flatten();
    let differs = found.as_ref().and_then(|found| found.signed.as_ref());
    let components = signing.message.values.iter().enumerate().map(|(at, value)| {
        let other = differs.filter(|(place, _)| *place == at);
        context! {
            name => &value.name,
            arrived => parts.text(value),
            differs => other.is_some(),
            other => other.and_then(|(_, other)| other.as_ref()),
        }
    });
    Some(context! {
        is_right, given,
        found => found.as_ref().map(|found| &found.text),
        is_known => differs.is_some() || is_right == Some(true),
        components => components.collect::<Data>(),
        base => parts.base_string(signing),
        template => format!("{:?}", signing.message.template()),
        right => signature::sign(signing, &parts, secret),
    })
}

/// Most bytes of a body that are copied.
const BODY: usize = 64 << 10;
/// Headers that belong to a connection or that the client computes.
#[rustfmt::skip]
const OWN: [&str; 8] = [
    "host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent", "traceparent", "tracestate",
];

/// The variables of the environment that the contract names, or plain names.
fn variable<'a>(app: &'a App, what: &str, plain: &'a str) -> &'a str {
    app.api
        .contract
        .extensions
        .sdk(&format!("/environment/{what}"))
        .unwrap_or(plain)
}

/// The script; `None` for a body that is too large.
fn curl(app: &App, call: &Call) -> Option<String> {
    if call.body.len() > BODY {
        return None;
    }
    let extensions = &app.api.contract.extensions;
    let mut operations = app.api.contract.operations.iter();
    let operation = operations.find(|one| Some(&one.id) == call.operation.as_ref());
    let signing = operation.and_then(|one| extensions.signing.get(one.scheme.as_ref()?));
    let key_header = app.api.contract.key_header();
    let key = key_header.and_then(|name| call.header(name)).unwrap_or_default();
    let text = std::str::from_utf8(&call.body).ok().filter(|text| !text.contains('\0'));
    let is_other = |name: &str| {
        let is_signed = signing.is_some_and(|signing| signing.headers().any(|own| own.eq_ignore_ascii_case(name)));
        !is_signed && !OWN.contains(&name)
    };
    let headers: Vec<_> = call.headers.iter().filter(|(name, _)| is_other(name)).collect();
    let values = context! {
        key,
        call => calls::call_row(0, call, 1),
        base => variable(app, "baseUrl", "BASE_URL"),
        secret => variable(app, "clientSecret", "CLIENT_SECRET"),
        has_body => !call.body.is_empty(),
        is_text => text.is_some(),
        content => text.map_or_else(|| encode::base64(&call.body), str::to_owned),
        signing => signing.map(|signing| signing_data(app, signing, &call.method, !key.is_empty())),
        headers => Serde(headers),
        key_header => key_header.map(str::to_ascii_lowercase),
        id_header => extensions.sdk("/requestId/header").map(str::to_ascii_lowercase),
    };
    Some(page::rendered("copy.sh", values).unwrap_or_else(|error| error))
}

/// The text of the shell that has a value of a signature.
fn shell_text(value: &Signed, method: &str, client: &str, has_key: bool) -> String {
    let name = match value.source {
        ValueSource::Method => &quoted(method),
        ValueSource::Body => "",
        ValueSource::IdempotencyKey if !has_key => "''",
        ValueSource::Target => "$target",
        ValueSource::Path => "${target%%\\?*}",
        ValueSource::Query => "$(printf %s \"$target\" | cut -s -d? -f2-)",
        ValueSource::Timestamp => "$time",
        ValueSource::ClientId => &format!("${client}"),
        ValueSource::IdempotencyKey => "$key",
        _ => "$nonce",
    };
    let word = if name.starts_with('$') {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    };
    match (&value.source, value.filters.as_slice()) {
        (ValueSource::Body, [Filter::Sha256, Filter::Hex]) => {
            "\"$(openssl dgst -sha256 -r \"$body\" | cut -d' ' -f1)\"".to_owned()
        }
        (ValueSource::Body, [Filter::Sha256, Filter::Base64]) => {
            "\"$(openssl dgst -sha256 -binary \"$body\" | base64)\"".to_owned()
        }
        (ValueSource::Body, filters) => filtered("cat \"$body\"", filters),
        (_, []) => word,
        (_, filters) => filtered(&format!("printf %s {word}"), filters),
    }
}

/// A command whose output passes filters.
fn filtered(source: &str, filters: &[Filter]) -> String {
    let steps = filters.iter().map(|filter| match filter {
        Filter::Sha256 => " | openssl dgst -sha256 -binary",
        Filter::Sha512 => " | openssl dgst -sha512 -binary",
        Filter::Hex => " | od -An -v -tx1 | tr -d ' \\n'",
        Filter::Base64 => " | base64 | tr -d '\\n'",
        Filter::Base64Url => " | base64 | tr -d '=\\n' | tr '/+' '_-'",
    });
    format!("\"$({source}{})\"", steps.collect::<String>())
}

/// Data of the lines of a script that sign.
fn signing_data(app: &App, signing: &Signing, method: &str, has_key: bool) -> Data {
    let client = variable(app, "clientId", "CLIENT_ID");
    let limit = |name: &str, usual: u64| signing.nonce.get(name).and_then(Value::as_u64).unwrap_or(usual);
    let values = signing.message.values.iter();
    let parts: Vec<String> = values.map(|value| shell_text(value, method, client, has_key)).collect();
    let escaped = |text: &String| text.replace('%', "%%").replace('\\', r"\\").replace('\n', r"\n");
    let texts: Vec<String> = signing.message.texts.iter().map(escaped).collect();
    context! {
        time => Serde(signing.time),
        digest => if signing.is_sha512 { "sha512" } else { "sha256" },
        length => 32.min(limit("maxLength", 32)).max(limit("minLength", 32)),
        form => Serde(signing.secret.encoding),
        encoding => Serde(signing.encoding),
        format => texts.join("%s"),
        parts => parts.join(" "),
        headers => Serde([
            (signing.client_header.as_deref(), client),
            (signing.timestamp_header(), "time"),
            (signing.nonce_header(), "nonce"),
            (Some(signing.signature_header.as_str()), "signature"),
        ]),
    }
}
