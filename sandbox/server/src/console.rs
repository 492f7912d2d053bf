//! In: a browser's request below `/.sandbox/console/`, and what the server keeps. Out: pages of calls, resources, deliveries and settings, and
//! what their buttons do. Never: a resource of another host, an action for another site, or a change of what a call is answered with.

mod act;
mod call;
mod calls;
mod copy;
mod deliveries;
mod outcome;
mod page;
mod resources;
mod settings;
mod visit;

use crate::operation;
use crate::request::{Reply, Request};
use crate::shared::SharedServer;
use minijinja::context;
use page::FOLDER;
use std::sync::Arc;
use visit::Visit;

/// Leads to the first page.
pub(crate) fn first() -> Reply {
    page::to("calls")
}

/// The answer to a request for the console; `None` for a request of something else.
pub(crate) fn answer(shared: &SharedServer, request: &Request) -> Option<Reply> {
    let target = request.target.as_str();
    let path = target.split('?').next().unwrap_or_default();
    if path == "/.sandbox" || path == "/.sandbox/" {
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
        ("deliveries", _) => Some(deliveries::list(visit)),
        ("ledger", _) => Some(resources::ledger(visit)),
        ("settings", _) => Some(settings::page(visit, None)),
        (_, Some(number)) => match folder {
            "calls" => call::one(visit, number),
            "resources" => resources::one(visit, number),
            "deliveries" => deliveries::one(visit, number),
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
