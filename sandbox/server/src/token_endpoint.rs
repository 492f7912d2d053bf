//! In: a request that no operation handles. Out: the response of the token endpoint of a declared OAuth flow (RFC 6749, section 5). Never: a
//! check of a secret, because calls accept any token.

use crate::contract::Contract;
use crate::encode::unbase64;
use crate::json;
use crate::operation;
use crate::request::{Reply, Request};
use serde_json::{Value, json};

/// The seconds for which a token is valid.
const EXPIRES: u32 = 3600;

/// A flow that has a token endpoint here.
struct Flow<'a> {
    name: &'a str,
    node: &'a Value,
    path: String,
}

/// Returns the paths of all token endpoints.
pub(crate) fn paths(contract: &Contract) -> Vec<String> {
    let mut paths: Vec<String> = flows(contract).into_iter().map(|flow| flow.path).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

fn flows(contract: &Contract) -> Vec<Flow<'_>> {
    let schemes = json::members(contract.root.pointer("/components/securitySchemes"));
    let flows = schemes.flat_map(|(_, scheme)| json::members(contract.resolve(scheme).get("flows")));
    let flows = flows.filter_map(|(name, node)| {
        let url = node.get("tokenUrl")?.as_str()?;
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]).to_owned(),
            None if url.starts_with('/') => url.to_owned(),
            None => format!("{}/{}", contract.prefix, url.trim_start_matches("./")),
        };
        let path = path.split(['?', '#']).next().unwrap_or_default().to_owned();
        Some(Flow { name, node, path })
    });
    flows.collect()
}

/// Responds to a request for a token; `None` for another request.
pub(crate) fn reply(contract: &Contract, request: &Request) -> Option<Reply> {
    let path = request.target.split('?').next().unwrap_or_default();
    let mut flows = flows(contract);
    flows.retain(|flow| flow.path == path && request.method == "POST");
    flows.first()?;
    Some(match granted(&flows, request) {
        Ok(token) => answer(200, &token),
        Err((status, error)) => answer(status, &json!({ "error": error })),
    })
}

fn granted(flows: &[Flow<'_>], request: &Request) -> Result<Value, (u16, &'static str)> {
    let media = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if !media.starts_with("application/x-www-form-urlencoded") {
        return Err((400, "invalid_request"));
    }
    let form = operation::query(&format!("?{}", String::from_utf8_lossy(&request.body)));
    let field = |name: &str| {
        let mut fields = form.iter().filter(|(known, _)| known == name);
        fields
            .next()
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    let grant = field("grant_type").ok_or((400, "invalid_request"))?;
    let is_for = |flow: &&Flow<'_>| match flow.name {
        "clientCredentials" => grant == "client_credentials",
        "password" => matches!(grant, "password" | "refresh_token"),
        "authorizationCode" => matches!(grant, "authorization_code" | "refresh_token"),
        "deviceAuthorization" => matches!(grant, "urn:ietf:params:oauth:grant-type:device_code" | "refresh_token"),
        _ => false,
    };
    let flow = flows.iter().find(is_for).ok_or((400, "unsupported_grant_type"))?;
    let basic = request.header("authorization").and_then(|text| text.split_once(' '));
    let basic = basic.filter(|(kind, _)| kind.eq_ignore_ascii_case("basic"));
    let basic = basic.and_then(|(_, text)| String::from_utf8(unbase64(text.trim())?).ok());
    let has_client = basic.is_some_and(|text| text.contains(':'))
        || (field("client_id").is_some() && field("client_secret").is_some())
        || field("client_assertion").is_some();
    if grant == "client_credentials" && !has_client {
        return Err((401, "invalid_client"));
    }
    let known = flow
        .node
        .get("scopes")
        .and_then(Value::as_object)
        .filter(|scopes| !scopes.is_empty());
    let wanted = field("scope").unwrap_or_default();
    let is_known = |scope: &str| known.is_none_or(|known| known.contains_key(scope));
    if !wanted.split(' ').filter(|scope| !scope.is_empty()).all(is_known) {
        return Err((400, "invalid_scope"));
    }
    let mut token = json!({ "access_token": format!("sandbox-{}", crate::state::uuid()), "token_type": "Bearer", "expires_in": EXPIRES });
    if !wanted.is_empty() {
        token["scope"] = wanted.into();
    }
    if grant != "client_credentials" {
        token["refresh_token"] = format!("sandbox-{}", crate::state::uuid()).into();
    }
    Ok(token)
}

fn answer(status: u16, body: &Value) -> Reply {
    let mut reply = Reply::new(status, "application/json", body.to_string().into_bytes());
    reply.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
    reply
}
