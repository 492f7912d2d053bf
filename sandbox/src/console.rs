//! In: a browser's request below `/.sandbox/console/`, and what the server keeps. Out: pages of calls, resources, deliveries and settings, and
//! what their buttons do. Never: a resource of another host, an action for another site, or a change of what a call is answered with.

mod act;
mod call;
mod calls;
mod copy;
mod deliveries;
mod form;
mod html;
mod indent;
mod ledger;
mod name;
mod outcome;
mod page;
mod resources;
mod settings;
mod timeline;
mod visit;
mod visitor;

use crate::request::{Reply, Request};
use crate::route;
use crate::shared::Shared;
use page::{FOLDER, Page};
use visit::Visit;
pub(crate) use visitor::Visitor;

/// Leads to the first page.
pub(crate) fn first() -> Reply {
    page::to("calls")
}

/// The answer to a request for the console; `None` for a request of something else.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Option<Reply> {
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
        query: route::query(target),
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
        ("ledger", _) => Some(ledger::page(visit)),
        ("settings", _) => Some(settings::page(visit, None)),
        (_, Some(number)) => match folder {
            "calls" => call::one(visit, number),
            "resources" => resources::one(visit, number),
            "deliveries" => deliveries::one(visit, number),
            _ => None,
        },
        _ => None,
    };
    let page = page.unwrap_or_else(|| Page {
        status: 404,
        title: "There is no such page".to_owned(),
        content: html::around("p", "", "It may have been the page of a call that is no longer stored."),
        ..Page::default()
    });
    visit.framed(page)
}
