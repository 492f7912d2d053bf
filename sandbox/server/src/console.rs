//! In: a request to the sandbox itself, below `/.sandbox/`, and what the server keeps. Out: pages of calls, resources,
//! deliveries and settings, what their buttons do, and JSON for programs. Never: a resource of another host, an action for
//! another site, or an answer in the name of the contract.

mod act;
mod call;
mod calls;
mod page;
mod resources;

use crate::history::{Account, Posting};
use crate::idempotency::Effect;
use crate::operation;
use crate::outbox::DeliveryPolicy;
use crate::request::{Reply, Request};
use crate::shared::{SharedServer, locked};
use crate::state::SandboxState;
use crate::webhook::Delivery;
use minijinja::context;
use page::{FOLDER, Visit};
use serde_json::Value;
use std::sync::Arc;

/// Leads to the first page.
pub(crate) fn first() -> Reply {
    page::to("calls")
}

/// The answer to a request for the console; `None` for a request of something else.
pub(crate) fn answer(shared: &SharedServer, request: &Request) -> Option<Reply> {
    let target = request.target.as_str();
    let path = target.split('?').next().unwrap_or_default();
    if path == "/.sandbox" || path == ROOT {
        return Some(first());
    }
    let path = path.strip_prefix(FOLDER)?;
    let visit = Visit {
        shared,
        host: request.header("host").unwrap_or_default(),
        path,
        query: operation::query(target),
    };
    Some(match request.method.as_str() {
        "GET" => page(&visit),
        "POST" => act::act(&visit, request),
        _ => page::sent(405, "text/plain; charset=utf-8", "GET or POST\n".to_owned()),
    })
}

/// A page, or a file that pages need.
fn page(visit: &Visit<'_>) -> Reply {
    if let Some(reply) = page::file(visit.path) {
        return reply;
    }
    let (folder, number) = visit.path.split_once('/').unwrap_or((visit.path, ""));
    let page = match (visit.path, number.parse().ok()) {
        ("", _) => return page::to("calls"),
        ("pulse", _) => return page::sent(200, "text/plain; charset=utf-8", visit.pulse()),
        ("calls", _) => Some(calls::list(visit)),
        ("resources", _) => Some(resources::list(visit)),
        ("deliveries", _) => Some(resources::list_deliveries(visit)),
        ("ledger", _) => Some(resources::ledger(visit)),
        ("settings", _) => Some(act::settings_page(visit, None)),
        (_, Some(number)) => match folder {
            "calls" => call::one(visit, number),
            "resources" => resources::one(visit, number),
            "deliveries" => resources::delivery(visit, number),
            _ => None,
        },
        _ => None,
    };
    page.unwrap_or_else(|| visit.still(404, "missing", "There is no such page", context! {}))
}

/// Hosts that name this machine.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// The machine at the other end of a connection, and the names that it may use.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// `true` for a connection of this machine.
    pub(crate) is_local: bool,
    /// Names that everybody may use.
    pub(crate) hosts: Arc<[String]>,
}

impl Visitor {
    /// Returns the reason to refuse a request.
    pub(crate) fn refusal(&self, request: &Request) -> Option<String> {
        let host = request.header("host").unwrap_or_default();
        let called = name(host);
        // A page of another site can have its own name lead to 127.0.0.1, and its browser then sends that name (DNS rebinding).
        let is_own = self.is_local && LOOPBACK.contains(&called);
        if !is_own && !self.hosts.iter().any(|known| known == called) {
            return Some(format!(
                "The console is available on this machine only, under {}, not under `{host}`; `--console-host` allows another name.",
                LOOPBACK.join(", ")
            ));
        }
        if request.method == "GET" {
            return None;
        }
        let is_foreign = |origin: &str| origin != format!("http://{host}");
        let is_cross = |site: &str| site != "same-origin" && site != "none";
        let from_elsewhere =
            request.header("origin").is_some_and(is_foreign) || request.header("sec-fetch-site").is_some_and(is_cross);
        from_elsewhere.then(|| "A page of another site sent this request.".to_owned())
    }
}

/// The name of a host without its port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

const ROOT: &str = "/.sandbox/";

/// Returns `true` for a path that is the server's own, and not the contract's.
pub(crate) fn is_own(request: &Request) -> bool {
    request.target == "/.sandbox" || request.target.starts_with(ROOT)
}

/// The answer, unless the request is for the contract.
pub(crate) fn answer_program(shared: &SharedServer, request: &Request) -> Option<Reply> {
    let app = &shared.app;
    let path = request.target.strip_prefix(ROOT)?;
    let reply = match (request.method.as_str(), path.split_once('/')) {
        ("GET", None) if path == "effects" => {
            let state = app.state();
            let effects: Vec<Effect> = state.effects.all().map(|(_, one)| Effect::clone(one)).collect();
            counted(Reply::json(200, &effects), state.effects.gone())
        }
        ("GET", None) if path == "ledger" => {
            let state = app.state();
            let accounts: Vec<Value> = state.ledger.accounts().map(account).collect();
            let postings: Vec<Value> = state
                .ledger
                .postings
                .all()
                .map(|(_, one)| posting(&state, one))
                .collect();
            let reply = Reply::json(200, &serde_json::json!({ "accounts": accounts, "postings": postings }));
            counted(reply, state.ledger.postings.gone())
        }
        ("GET", None) if path == "events" => {
            let deliveries = locked(&shared.deliveries);
            let reply = Reply::json(200, &deliveries.all().map(|(_, one)| delivery(one)).collect::<Value>());
            counted(reply, deliveries.gone())
        }
        ("POST", Some(("manner", words))) => match words.parse::<DeliveryPolicy>() {
            Ok(manner) => {
                app.post.send_as(manner);
                Reply::text(200, &manner.to_string())
            }
            Err(why) => Reply::text(400, &why),
        },
        ("POST", Some(("clock", seconds))) => match seconds.parse() {
            Ok(seconds) => {
                app.clock.set_offset(seconds);
                Reply::text(200, &app.clock.now().rfc3339())
            }
            Err(_) => Reply::text(400, "Write the number of seconds by which the clock is ahead."),
        },
        ("POST", Some(("step", seconds))) => match seconds.parse() {
            Ok(seconds) => {
                app.clock.step(seconds);
                shared.advance();
                shared.send(app.save());
                Reply::text(200, &app.clock.life().rfc3339())
            }
            Err(_) => Reply::text(400, "Write the number of seconds by which time advances."),
        },
        _ => Reply::text(
            404,
            "The sandbox has GET /.sandbox/, GET /.sandbox/effects, GET /.sandbox/ledger, GET /.sandbox/events, POST /.sandbox/manner/WORDS, POST /.sandbox/clock/SECONDS and POST /.sandbox/step/SECONDS.",
        ),
    };
    Some(reply)
}

/// Says in a header how many older entries are gone.
fn counted(mut reply: Reply, gone: u64) -> Reply {
    reply.headers.push(("sandbox-gone".to_owned(), gone.to_string()));
    reply
}

fn account(one: Account<'_>) -> Value {
    serde_json::json!({ "account": one.name, "unit": one.unit, "balance": one.balance.text() })
}

/// An attempt to deliver an event; the body has the id of the event.
fn delivery(one: &Delivery) -> Value {
    serde_json::json!({
        "event": one.event,
        "body": serde_json::from_slice::<Value>(&one.body).unwrap_or_default(),
        "url": one.url,
        "attempt": one.attempt,
        "status": one.status,
        "failure": one.failure,
        "outcome": one.outcome(),
        "failed": one.failed,
        "forged": one.forged,
    })
}

fn posting(state: &SandboxState, one: &Posting) -> Value {
    let record = state.records.place(one.resource).and_then(|at| state.records.get(at));
    serde_json::json!({
        "debit": one.debit,
        "credit": one.credit,
        "unit": one.unit,
        "amount": one.amount.text(),
        "schema": record.map(|record| &record.schema),
        "resource": record.and_then(|record| record.id.as_ref()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, headers: &[(&str, &str)]) -> bool {
        asked_by(true, &[], method, headers)
    }

    fn asked_by(is_local: bool, hosts: &[&str], method: &str, headers: &[(&str, &str)]) -> bool {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let visitor = Visitor { is_local, hosts };
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let request = Request {
            method: method.to_owned(),
            headers: headers.collect(),
            ..Request::default()
        };
        visitor.refusal(&request).is_none()
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "[::1]:8080", "[::1]"] {
            assert!(asked("GET", &[("host", host)]), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "localhost:evil.example",
            "0.0.0.0",
        ] {
            assert!(!asked("GET", &[("host", host)]), "{host}");
        }
        assert!(!asked("GET", &[]));
    }

    #[test]
    fn an_action_comes_from_a_page_of_this_server_or_from_a_program() {
        let host = ("host", "localhost:8080");
        assert!(asked("POST", &[host]));
        assert!(asked(
            "POST",
            &[
                host,
                ("origin", "http://localhost:8080"),
                ("sec-fetch-site", "same-origin")
            ]
        ));
        for other in [
            ("origin", "http://evil.example"),
            ("origin", "http://localhost:8081"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(!asked("POST", &[host, other]), "{other:?}");
        }
    }

    #[test]
    fn another_machine_is_answered_only_under_a_name_that_was_said() {
        let hosts = ["box.example"];
        for (is_local, host, expected) in [
            (false, "127.0.0.1:8080", false),
            (false, "box.example:8080", true),
            (false, "evil.example:8080", false),
            (true, "127.0.0.1:8080", true),
            (true, "box.example", true),
        ] {
            assert_eq!(asked_by(is_local, &hosts, "GET", &[("host", host)]), expected, "{host}");
        }
        assert!(!asked_by(false, &[], "GET", &[("host", "box.example")]));
        let foreign = [("host", "box.example"), ("origin", "http://evil.example")];
        assert!(!asked_by(false, &hosts, "POST", &foreign));
    }
}
