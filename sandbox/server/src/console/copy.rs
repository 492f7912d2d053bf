//! In: a call that is kept. Out: the same call as a shell script that signs it again. Never: a secret, whose variable of the environment
//! stands for it.

use super::outcome;
use super::page::{self, quoted};
use crate::app::App;
use crate::encode;
use crate::extensions::Signing;
use crate::log::Call;
use crate::message::{Filter, Signed, ValueSource};
use minijinja::value::Serde;
use minijinja::{Value as Data, context};
use serde_json::Value;

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
pub(super) fn curl(app: &App, call: &Call) -> Option<String> {
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
        call => outcome::shown(0, call, 1),
        base => variable(app, "baseUrl", "BASE_URL"),
        secret => variable(app, "clientSecret", "CLIENT_SECRET"),
        has_body => !call.body.is_empty(),
        is_text => text.is_some(),
        content => text.map_or_else(|| encode::base64(&call.body), str::to_owned),
        signing => signing.map(|signing| signed(app, signing, &call.method, !key.is_empty())),
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
fn signed(app: &App, signing: &Signing, method: &str, has_key: bool) -> Data {
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
