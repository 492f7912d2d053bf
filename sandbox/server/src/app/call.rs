//! In: one request, and the requested faults. Out: its response, also that of the token endpoint of a declared OAuth flow (RFC
//! 6749, section 5), and a record of all of it. Never: an event that is delivered before its cause is written, or a check of an
//! OAuth secret, because calls accept any token.

use super::checks::{self, BEFORE_EXECUTION, EarlyEnd, OpenCall};
use super::{App, WireOutput};
use crate::contract::Contract;
use crate::encode::unbase64;
use crate::json;
use crate::log::Call;
use crate::operation::{self, Route};
use crate::outbox::Mail;
use crate::problem::{self, Problem};
use crate::request::{Reply, Request};
use crate::requested_faults::RequestedFaults;
use crate::validate::{self, ParsedRequest};
use serde_json::{Value, json};

/// Decision of the checks before the execution.
enum Admission<'a> {
    Go(OpenCall<'a>),
    Answer(Reply),
    Drop,
}

impl App {
    /// Handles one request: checks it, executes it, writes what it changed, and returns the response with the events of that.
    pub(crate) async fn handle(
        &self,
        request: &Request,
        faults: &RequestedFaults,
        call: &mut Call,
    ) -> (WireOutput, Vec<Mail>) {
        call.place = self.state().history.next();
        let admission = self.admit(request, faults, call);
        // A sleep of no time still takes a turn of the timer, which is a millisecond.
        if !faults.delay.is_zero() {
            tokio::time::sleep(faults.delay).await;
        }
        let mut transaction = self.begin();
        let reply = match admission {
            Admission::Go(open) => open.execute(),
            Admission::Answer(reply) => Some(reply),
            Admission::Drop => None,
        };
        // Before anybody is told: a server that is killed now knows of the call, and of its nonce, when it begins again.
        let mails = match self.write(transaction.as_mut()) {
            Ok(mails) => mails,
            Err(error) => {
                call.fail("store", error.to_string());
                return (WireOutput::Drop, Vec::new());
            }
        };
        drop(transaction);
        let outcome = reply.map(|reply| self.finish(reply, request, faults, call));
        (outcome.unwrap_or(WireOutput::Drop), mails)
    }

    /// Finds the operation of a request, and makes all checks up to the lookup of its key.
    fn admit<'a>(&'a self, request: &'a Request, faults: &'a RequestedFaults, call: &'a mut Call) -> Admission<'a> {
        faults.before_checks(call);
        let found = operation::route(&self.api.contract.operations, &request.method, &request.target);
        let is_operation = matches!(found, Route::Found(..));
        let token = || token_reply(&self.api.contract, request);
        if let Some(reply) = (!is_operation).then(token).flatten() {
            call.pass("parameters", "is a request to a token endpoint");
            return Admission::Answer(reply);
        }
        let (operation, segments) = match found {
            Route::Found(operation, segments) => (operation, segments),
            Route::OtherMethod(methods) => {
                let methods = methods.join(", ");
                call.fail("parameters", format!("the path exists, but only with {methods}"));
                let mut reply = problem::bare(405, &format!("The path allows {methods}."));
                reply.headers.push(("allow".to_owned(), methods));
                return Admission::Answer(reply);
            }
            Route::Unknown => {
                call.fail("parameters", "the path is not in the contract");
                return Admission::Answer(problem::bare(404, "The path is not in the contract."));
            }
        };
        call.operation = Some(operation.id.clone());
        let _still = self.clock.still();
        let mut open = OpenCall {
            app: self,
            operation,
            request,
            faults,
            call,
            acted_on: None,
            key: None,
            input: ParsedRequest {
                path: validate::plain_path(operation, &segments),
                segments,
                query: operation::query(&request.target),
                ..ParsedRequest::default()
            },
        };
        match checks::run(BEFORE_EXECUTION, &mut open) {
            Ok(()) => Admission::Go(open),
            Err(EarlyEnd::Answer(reply)) => Admission::Answer(reply),
            Err(EarlyEnd::Refuse(refusal)) => Admission::Answer(open.refuse(&refusal)),
            Err(EarlyEnd::Drop) => Admission::Drop,
        }
    }

    /// Completes a response, and notes it in the record of the call.
    fn finish(&self, mut reply: Reply, request: &Request, faults: &RequestedFaults, call: &mut Call) -> WireOutput {
        self.after_response(faults, &mut reply, call);
        if let Some(header) = self.api.contract.extensions.sdk("/requestId/header") {
            let header = header.to_ascii_lowercase();
            reply.headers.push((header, self.request_id(request)));
        }
        reply.headers.push(("date".to_owned(), self.clock.now().http_date()));
        call.code.clone_from(&reply.code);
        if faults.drop.is_some() {
            return WireOutput::Drop;
        }
        call.status = Some(reply.status);
        call.answer_headers.clone_from(&reply.headers);
        call.answer_body.clone_from(&reply.body);
        if faults.truncate {
            WireOutput::Truncate(reply)
        } else {
            WireOutput::Reply(reply)
        }
    }

    /// Returns the id that a request has, or a new one.
    fn request_id(&self, request: &Request) -> String {
        let header = self.api.contract.extensions.sdk("/requestId/header");
        let known = header.and_then(|name| request.header(name));
        known.map_or_else(crate::state::uuid, str::to_owned)
    }
}

impl OpenCall<'_> {
    /// Returns the response of a refusal.
    pub(super) fn refuse(&self, refusal: &Problem) -> Reply {
        let request_id = self.app.request_id(self.request);
        let api = &self.app.api;
        let reply = problem::reply(
            &api.contract,
            &api.schemas,
            self.operation,
            refusal,
            &request_id,
            self.app.retry_after,
        );
        self.with_declared_headers(reply)
    }
}

/// The seconds for which a token is valid.
const EXPIRES: u32 = 3600;

/// A flow that has a token endpoint here.
struct Flow<'a> {
    name: &'a str,
    node: &'a Value,
    path: String,
}

/// Returns the paths of all token endpoints.
pub(crate) fn token_paths(contract: &Contract) -> Vec<String> {
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
fn token_reply(contract: &Contract, request: &Request) -> Option<Reply> {
    let path = request.target.split('?').next().unwrap_or_default();
    let mut flows = flows(contract);
    flows.retain(|flow| flow.path == path && request.method == "POST");
    flows.first()?;
    let mut reply = match granted(&flows, request) {
        Ok(token) => Reply::json(200, &token),
        Err((status, error)) => Reply::json(status, &json!({ "error": error })),
    };
    reply.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
    Some(reply)
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
