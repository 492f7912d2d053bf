//! In: a call that is kept. Out: the same call as a shell script that signs it again, and as Rust. Never: a secret, whose variable of the
//! environment stands for it.

use crate::app::App;
use crate::contract::Contract;
use crate::encode;
use crate::extensions::{Component, Encoding, SecretForm, Signing};
use crate::log::Call;
use crate::operation::{Operation, is_safe};
use crate::payload_hash;
use crate::route::{self, Route};
use serde_json::Value;
use std::fmt::Write as _;

/// Most bytes of a body that are copied.
const BODY: usize = 64 << 10;
/// Settings of the environment; keys of calls that were made are recorded elsewhere.
const CLIENT: &str = "let client = Client::builder().from_env().without_journal().build()?";
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

/// A text in single quotes of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The script; `None` for a body that is too large.
pub(super) fn curl(app: &App, call: &Call) -> Option<String> {
    if call.body.len() > BODY {
        return None;
    }
    let extensions = &app.api.contract.extensions;
    let operation = app
        .api
        .contract
        .operations
        .iter()
        .find(|one| Some(&one.id) == call.operation.as_ref());
    let signing = operation.and_then(|one| extensions.signing.get(one.scheme.as_ref()?));
    let key_header = extensions.idempotency.as_ref().map(|rules| rules.header.as_str());
    let request_id = extensions.sdk("/requestId/header");
    let mut out = "#!/bin/sh\nset -eu\n".to_owned();
    let base = variable(app, "baseUrl", "BASE_URL");
    let _ = writeln!(out, "target={}", quoted(&call.target));
    let _ = writeln!(out, "url=$(printf %s \"${base}\" | cut -d/ -f1-3)$target");
    let key = key_header.and_then(|name| call.header(name)).unwrap_or_default();
    if !key.is_empty() {
        out.push_str("# The same key repeats the stored response; a new action needs a new key.\n");
        let _ = writeln!(out, "key={}", quoted(key));
    }
    let has_body = !call.body.is_empty();
    if has_body || signing.is_some() {
        out.push_str("body=$(mktemp)\ntrap 'rm -f \"$body\"' EXIT\n");
        let text = std::str::from_utf8(&call.body).ok().filter(|text| !text.contains('\0'));
        let (content, decode) = match text {
            Some(text) => (quoted(text), ""),
            None => (quoted(&encode::base64(&call.body)), " | base64 -d"),
        };
        let _ = writeln!(out, "printf %s {content}{decode} > \"$body\"");
    }
    let mut headers = Vec::new();
    if let Some(signing) = signing {
        sign(app, signing, &call.method, !key.is_empty(), &mut out, &mut headers);
    }
    let is_own = |name: &str| {
        let signed = signing.is_some_and(|signing| signing.headers().any(|own| own.eq_ignore_ascii_case(name)));
        signed || OWN.contains(&name)
    };
    for (name, value) in call.headers.iter().filter(|(name, _)| !is_own(name)) {
        let is = |known: Option<&str>| known.is_some_and(|known| known.eq_ignore_ascii_case(name));
        if is(key_header) {
            headers.push(format!("\"{name}: $key\""));
        } else if is(request_id) {
            headers.push(format!("\"{name}: $(openssl rand -hex 16)\""));
        } else {
            headers.push(quoted(&format!("{name}: {value}")));
        }
    }
    let _ = write!(
        out,
        "curl -sS -i --globoff --path-as-is -X {} \"$url\"",
        quoted(&call.method)
    );
    for header in headers {
        let _ = write!(out, " \\\n  -H {header}");
    }
    if has_body {
        out.push_str(" \\\n  --data-binary @\"$body\"");
    }
    out.push('\n');
    Some(out)
}

/// The lines that sign, and the headers that they fill.
fn sign(app: &App, signing: &Signing, method: &str, has_key: bool, out: &mut String, headers: &mut Vec<String>) {
    let client = variable(app, "clientId", "CLIENT_ID");
    let secret = variable(app, "clientSecret", "CLIENT_SECRET");
    out.push_str(if signing.unix_seconds {
        "time=$(date +%s)\n"
    } else {
        "time=$(date -u +%Y-%m-%dT%H:%M:%SZ)\n"
    });
    let limit = |name: &str, usual: u64| signing.nonce.get(name).and_then(Value::as_u64).unwrap_or(usual);
    let length = 32.min(limit("maxLength", 32)).max(limit("minLength", 32));
    let _ = writeln!(
        out,
        "nonce=$(openssl rand -hex {} | cut -c1-{length})",
        length.div_ceil(2)
    );
    let mut values = Vec::new();
    for component in &signing.components {
        values.push(match component {
            Component::Method => quoted(method),
            Component::Target => "\"$target\"".to_owned(),
            Component::Timestamp => "\"$time\"".to_owned(),
            Component::Nonce => "\"$nonce\"".to_owned(),
            Component::ClientId => format!("\"${client}\""),
            Component::IdempotencyKey if has_key => "\"$key\"".to_owned(),
            Component::IdempotencyKey => "''".to_owned(),
            Component::Body(Encoding::Hex) => "\"$(openssl dgst -sha256 -r \"$body\" | cut -d' ' -f1)\"".to_owned(),
            Component::Body(Encoding::Base64) => "\"$(openssl dgst -sha256 -binary \"$body\" | base64)\"".to_owned(),
        });
    }
    let separator = signing
        .separator
        .replace('%', "%%")
        .replace('\\', r"\\")
        .replace('\n', r"\n");
    let form = vec!["%s"; values.len()].join(&separator);
    let mac = match signing.secret {
        SecretForm::Utf8 => format!("-hmac \"${secret}\""),
        SecretForm::Hex => format!("-mac HMAC -macopt \"hexkey:${secret}\""),
        SecretForm::Base64 => {
            let hex = "base64 -d | od -An -v -tx1 | tr -d ' \\n'";
            format!("-mac HMAC -macopt \"hexkey:$(printf %s \"${secret}\" | {hex})\"")
        }
    };
    let written = match signing.encoding {
        Encoding::Hex => format!("openssl dgst -sha256 {mac} -r | cut -d' ' -f1"),
        Encoding::Base64 => format!("openssl dgst -sha256 {mac} -binary | base64"),
    };
    let _ = writeln!(
        out,
        "signature=$(printf {} {} |\n  {written})",
        quoted(&form),
        values.join(" ")
    );
    headers.extend(
        signing
            .client_header
            .iter()
            .map(|name| format!("\"{name}: ${client}\"")),
    );
    headers.push(format!("\"{}: $time\"", signing.timestamp_header));
    headers.extend(signing.nonce_header.iter().map(|name| format!("\"{name}: $nonce\"")));
    headers.push(format!("\"{}: $signature\"", signing.signature_header));
}

/// A text as a literal of Rust.
fn literal(text: &str) -> String {
    let mut fence = String::new();
    while text.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    match fence.as_str() {
        "" if !text.contains('\\') && !text.contains(char::is_control) => format!("\"{text}\""),
        _ if text.contains('\r') => format!("{text:?}"),
        "" => format!("r\"{text}\""),
        fence => format!("r{fence}\"{text}\"{fence}"),
    }
}

/// The call of the generated client's method, or a raw call without one; `None` for a body that is not text or is too large.
pub(super) fn rust(app: &App, call: &Call) -> Option<String> {
    let body = std::str::from_utf8(&call.body).ok().filter(|body| body.len() <= BODY)?;
    let is_plain = |letter: char| letter.is_ascii_uppercase();
    if !call.method.chars().all(is_plain) {
        return None;
    }
    let rules = app.api.contract.extensions.idempotency.as_ref();
    let key = rules.and_then(|rules| call.header(&rules.header));
    match route::route(&app.api.contract.operations, &call.method, &call.target) {
        Route::Found(operation, path) => {
            let values = operation
                .path_parameters()
                .map(|one| (one.kind.as_str(), path.get(&one.name)));
            let ids = values.filter_map(|(kind, value)| Some(format!("&{kind}::from({})", literal(value?))));
            let ids: Vec<String> = ids.collect();
            method(app, operation, call, &ids, body, key)
        }
        _ => None,
    }
    .or_else(|| Some(raw(call, body, key)))
}

/// The call of a method; `None` if the contract does not name it, or its body is not JSON.
fn method(
    app: &App,
    operation: &Operation,
    call: &Call,
    ids: &[String],
    body: &str,
    key: Option<&str>,
) -> Option<String> {
    let node = app.api.contract.node_of(operation)?;
    let media = call.header("content-type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default();
    let pointer = |name: &str| node.pointer(name).and_then(Value::as_str);
    let content = node.pointer("/requestBody/content");
    let of_media = content.and_then(|content| content.get(media)?.pointer("/x-sdk/method")?.as_str());
    let (group, name) = (pointer("/x-sdk/group")?, of_media.or_else(|| pointer("/x-sdk/method"))?);
    let mut out = format!("{CLIENT};\n");
    let mut arguments: Vec<String> = Vec::new();
    if let Some(key) = key.filter(|_| operation.keyed) {
        let kind = if operation.refreshes {
            "RefreshKey::new"
        } else {
            "IdempotencyKey::used_before"
        };
        arguments.push(format!("{kind}({})?", literal(key)));
    }
    if body.is_empty() {
        arguments.extend(ids.iter().cloned());
    } else {
        let mut all = operation.body.as_ref()?.media.iter();
        let (_, schema) = all.find(|(known, _)| known == media)?;
        let request = serde_json::from_str(body).ok()?;
        arguments.extend(request_of(app, group, schema, ids, request, &mut out));
    }
    let _ = write!(out, "let response = client\n    .{group}()\n    .{name}(");
    for argument in &arguments {
        let _ = write!(out, "\n        {argument},");
    }
    out.push_str(if arguments.is_empty() { ")\n" } else { "\n    )\n" });
    for (name, value) in route::query(&call.target) {
        let _ = writeln!(out, "    // Query: {}={}", name.escape_debug(), value.escape_debug());
    }
    out.push_str("    .await?;\n");
    Some(out)
}

/// The lines that make the request from its JSON, and the arguments for it.
fn request_of(
    app: &App,
    group: &str,
    schema: &Value,
    ids: &[String],
    mut request: Value,
    out: &mut String,
) -> Vec<String> {
    let read = |value: &Value| format!("serde_json::from_str({})?", literal(&pretty(value)));
    let bound = payload_hash::member(&app.api.contract, schema);
    let with_ids = || ids.iter().cloned().chain(["&request".to_owned()]).collect::<Vec<_>>();
    if let Some((of, kind)) = bound
        .as_ref()
        .and_then(|bound| bound.of().zip(Contract::component(schema)))
    {
        let _ = writeln!(out, "// `authorized` is the argument of the call of {of}.");
        let _ = writeln!(out, "let request = {kind}::of(&authorized);");
        return with_ids();
    }
    let evidence = bound.and_then(|bound| request.as_object_mut()?.remove(bound.member));
    let _ = writeln!(out, "let request = {};", read(&request));
    let Some(evidence) = evidence else {
        return with_ids();
    };
    let _ = writeln!(out, "let draft = client.{group}().draft({})?;", with_ids().join(", "));
    let _ = writeln!(out, "// The evidence approves exactly the hash of this draft.");
    let _ = writeln!(out, "let evidence = {};", read(&evidence));
    let _ = writeln!(out, "let authorized = draft.authorize(evidence)?;");
    vec!["&authorized".to_owned()]
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn raw(call: &Call, body: &str, key: Option<&str>) -> String {
    let mut out = format!(
        "{CLIENT};\nlet response = client\n    .raw(Method::{}, {})\n",
        call.method,
        literal(&call.target)
    );
    if let Some(key) = key.filter(|_| !is_safe(&call.method)) {
        let _ = writeln!(out, "    .key(IdempotencyKey::used_before({})?)", literal(key));
    }
    if !body.is_empty() {
        let media = call.header("content-type").unwrap_or("application/json");
        let _ = writeln!(out, "    .body({}, {})", literal(media), literal(body));
    }
    out.push_str("    .await?;\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_quotes() {
        assert_eq!(quoted("a'$(rm)\"`"), r#"'a'\''$(rm)"`'"#);
        assert_eq!(literal("plain"), "\"plain\"");
        assert_eq!(literal("{\"a\": 1}"), "r#\"{\"a\": 1}\"#");
        assert_eq!(literal("a\"#b"), "r##\"a\"#b\"##");
        assert_eq!(literal("a\\b"), "r\"a\\b\"");
    }
}
