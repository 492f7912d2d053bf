//! In: a call that is kept. Out: the same call as a shell script that signs it again, and as Rust. Never: a secret, whose variable of the
//! environment stands for it.

use super::outcome;
use super::page::{self, literal, quoted};
use crate::app::App;
use crate::contract::Contract;
use crate::encode;
use crate::extensions::Signing;
use crate::log::{Call, is_safe};
use crate::message::{Filter, Signed, Source};
use crate::operation::{Operation, Parameter};
use crate::parameter_styles::plain_segment;
use crate::payload_hash;
use crate::route::{self, Route};
use minijinja::value::Serde;
use minijinja::{Value as Data, context};
use serde_json::Value;

/// Most bytes of a body that are copied.
const BODY: usize = 64 << 10;
/// Headers that belong to a connection or that the client computes.
const OWN: [&str; 8] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "user-agent",
    "traceparent",
    "tracestate",
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

/// Data of the lines of a script that sign.
fn signed(app: &App, signing: &Signing, method: &str, has_key: bool) -> Data {
    let client = variable(app, "clientId", "CLIENT_ID");
    let limit = |name: &str, usual: u64| signing.nonce.get(name).and_then(Value::as_u64).unwrap_or(usual);
    let value = |value: &Signed| {
        let (shell, source) = match value.source {
            Source::Method => (quoted(method), format!("printf %s {}", quoted(method))),
            Source::Body => (String::new(), "cat \"$body\"".to_owned()),
            Source::IdempotencyKey if !has_key => ("''".to_owned(), "printf ''".to_owned()),
            ref source => {
                let name = match source {
                    Source::Target => "target",
                    Source::Path => "{target%%\\?*}",
                    Source::Query => "(printf %s \"$target\" | cut -s -d? -f2-)",
                    Source::Timestamp => "time",
                    Source::ClientId => client,
                    Source::IdempotencyKey => "key",
                    _ => "nonce",
                };
                (format!("\"${name}\""), format!("printf %s \"${name}\""))
            }
        };
        match (&value.source, value.filters.as_slice()) {
            (Source::Body, [Filter::Sha256, Filter::Hex]) => {
                "\"$(openssl dgst -sha256 -r \"$body\" | cut -d' ' -f1)\"".to_owned()
            }
            (Source::Body, [Filter::Sha256, Filter::Base64]) => {
                "\"$(openssl dgst -sha256 -binary \"$body\" | base64)\"".to_owned()
            }
            (source, []) if *source != Source::Body => shell,
            (_, filters) => {
                let steps = filters.iter().map(|filter| match filter {
                    Filter::Sha256 => " | openssl dgst -sha256 -binary",
                    Filter::Sha512 => " | openssl dgst -sha512 -binary",
                    Filter::Hex => " | od -An -v -tx1 | tr -d ' \\n'",
                    Filter::Base64 => " | base64 | tr -d '\\n'",
                    Filter::Base64Url => " | base64 | tr -d '=\\n' | tr '/+' '_-'",
                });
                format!("\"$({source}{})\"", steps.collect::<String>())
            }
        }
    };
    let parts: Vec<String> = signing.message.values.iter().map(value).collect();
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

/// The call of the generated client's method, or a raw call without one; `None` for a body that is not text or is too large.
pub(super) fn rust(app: &App, call: &Call) -> Option<String> {
    let body = std::str::from_utf8(&call.body).ok().filter(|body| body.len() <= BODY)?;
    if !call.method.chars().all(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    let contract = &app.api.contract;
    let rules = contract.extensions.idempotency.as_ref();
    let key = rules.and_then(|rules| call.header(&rules.header));
    let method = match route::route(&contract.operations, &call.method, &call.target) {
        Route::Found(operation, path) => {
            let values = operation.path_parameters();
            let text = |one: &Parameter| Some(plain_segment(one, path.get(&one.name)?));
            let ids = values.filter_map(|one| Some(format!("&{}::from({})", one.kind, literal(&text(one)?))));
            method(app, operation, call, ids.collect(), body, key)
        }
        _ => None,
    };
    let values = context! {
        method, body,
        call => outcome::shown(0, call, 1),
        key => key.filter(|_| !is_safe(&call.method)),
        media => call.header("content-type").unwrap_or("application/json"),
    };
    Some(page::rendered("copy.rs", values).unwrap_or_else(|error| error))
}

/// The call of a method; `None` if the contract does not name it, or its body is not JSON.
fn method(
    app: &App,
    operation: &Operation,
    call: &Call,
    mut ids: Vec<String>,
    body: &str,
    key: Option<&str>,
) -> Option<Data> {
    let contract = &app.api.contract;
    let node = contract.node_of(operation)?;
    let media = call.header("content-type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default();
    let pointer = |name: &str| node.pointer(name).and_then(Value::as_str);
    let content = node.pointer("/requestBody/content");
    let of_media = content.and_then(|content| content.get(media)?.pointer("/x-sdk/method")?.as_str());
    let (group, name) = (pointer("/x-sdk/group")?, of_media.or_else(|| pointer("/x-sdk/method"))?);
    let (mut request, mut evidence, mut bound) = (None::<Value>, None, None);
    if !body.is_empty() {
        let (_, schema) = operation.bodies().find(|(known, _)| *known == media)?;
        let mut sent: Value = serde_json::from_str(body).ok()?;
        let hashed = payload_hash::member(contract, schema);
        let of = hashed.as_ref().and_then(|hashed| hashed.of());
        bound = of
            .zip(Contract::component(schema))
            .map(|(of, kind)| context! { of, kind });
        if bound.is_none() {
            evidence = hashed.and_then(|hashed| sent.as_object_mut()?.remove(hashed.member));
        }
        request = Some(sent);
        ids.push("&request".to_owned());
    }
    let drafted = ids.join(", ");
    if evidence.is_some() {
        ids = vec!["&authorized".to_owned()];
    }
    if let Some(key) = key.filter(|_| operation.keyed) {
        let kind = if operation.refreshes {
            "RefreshKey::new"
        } else {
            "IdempotencyKey::used_before"
        };
        ids.insert(0, format!("{kind}({})?", literal(key)));
    }
    let pretty = |value: Value| serde_json::to_string_pretty(&value).unwrap_or_default();
    let query = route::query(&call.target).into_iter();
    Some(context! {
        group, name, bound, drafted,
        arguments => ids,
        request => request.map(pretty),
        evidence => evidence.map(pretty),
        query => query.map(|(name, value)| format!("{}={}", name.escape_debug(), value.escape_debug())).collect::<Data>(),
    })
}
