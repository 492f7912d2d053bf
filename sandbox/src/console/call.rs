//! In: one call that is kept. Out: its page: the failed check, each check in order, what was signed and what arrived, request and response.
//! Never: a secret.

use super::copy;
use super::html::{self, Html, around, element, link, table, text};
use super::name;
use super::outcome;
use super::page::{FOLDER, Page, block, body, headers, heading, mark, time};
use super::visit::Visit;
use crate::diagnose::{self, Secrets};
use crate::extensions::Signing;
use crate::log::Call;
use crate::request::Request;
use crate::shared::locked;
use crate::signature::{self, Parts};
use crate::view::{self, Thing};
use std::collections::BTreeMap;

/// The checks in the order in which they are made.
const CHECKS: [&str; 10] = [
    "client",
    "signature",
    "freshness",
    "nonce",
    "enabled",
    "key",
    "parameters",
    "body",
    "owner",
    "state",
];

pub(super) fn one(visit: &Visit<'_>, number: u64) -> Option<Page> {
    let (call, last) = {
        let calls = locked(&visit.shared.calls);
        (calls.get(number)?, calls.last())
    };
    let neighbours = [
        (number > 1).then(|| link(&format!("{FOLDER}calls/{}", number - 1), "older")),
        (number < last).then(|| link(&format!("{FOLDER}calls/{}", number + 1), "newer")),
    ];
    let things = view::named(&visit.shared.app, &call.resources);
    let content = [
        failed(visit, &call, &things),
        summary(visit, &call),
        resources(visit, &call, &things),
        copies(visit, &call),
        heading("Verification"),
        checks(&call),
        signed(visit, &call).unwrap_or_default(),
        heading("Request"),
        block(format!("{} {}", call.method, call.target)),
        headers(&call.headers),
        body(&call.body),
        heading("Response"),
        answer(&call),
        element("p", &[("class", "pager")], neighbours.into_iter().flatten()),
    ];
    let title = format!("Call {number}: {}", call.operation.as_deref().unwrap_or(&call.method));
    Some(Page {
        has_copies: true,
        ..Page::new("calls", title, content.into_iter().collect())
    })
}

/// The first check that failed, with the resource in the wrong state.
fn failed(visit: &Visit<'_>, call: &Call, things: &BTreeMap<u64, Thing>) -> Html {
    let Some(check) = call.failures().next() else {
        return Html::default();
    };
    let note = check.note.lines().next().unwrap_or_default();
    let name = around("strong", "", check.name);
    let first = element(
        "p",
        &[("class", "verdict bad")],
        [mark("bad", "failed"), text(" "), name, text(format!(" {note}"))],
    );
    if !["state", "rules"].contains(&check.name) {
        return first;
    }
    let states: Vec<(&Thing, String)> = {
        let state = visit.shared.app.state();
        let named = call.resources.iter().filter_map(|number| things.get(number));
        named
            .filter_map(|thing| {
                let then = state.history.state_at(thing.number, call.place).map(str::to_owned);
                Some((thing, then.or_else(|| thing.state.clone())?))
            })
            .collect()
    };
    let is_word = |state: &str| {
        note.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .any(|word| word == state)
    };
    let is_named = states.iter().any(|(_, state)| is_word(state));
    let wrong = states.iter().filter(|(_, state)| !is_named || is_word(state));
    let items = wrong.map(|(thing, then)| {
        let parts = [
            name::full(thing),
            text("was"),
            mark("quiet", then),
            text("and is now"),
            super::resources::state(visit, thing),
        ];
        element("li", &[], [html::spaced(parts)])
    });
    [first, element("ul", &[], items)].into_iter().collect()
}

fn summary(visit: &Visit<'_>, call: &Call) -> Html {
    let extensions = &visit.shared.app.api.contract.extensions;
    let sent = |name: Option<&str>| {
        let value = call.header(name?).map(str::to_owned)?;
        Some(around("code", "", value))
    };
    let answered = extensions.sdk("/requestId/header").and_then(|name| {
        let mut headers = call.answer_headers.iter();
        let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(around("code", "", value))
    });
    html::facts([
        (
            "Outcome",
            Some(html::spaced([outcome::status(call), outcome::shown(call)])),
        ),
        (
            "Operation",
            Some(html::soft(call.operation.as_deref().unwrap_or("none"))),
        ),
        (
            "Idempotency key",
            sent(extensions.idempotency.as_ref().map(|rules| rules.header.as_str())),
        ),
        (
            "Request id",
            answered.or_else(|| sent(extensions.sdk("/requestId/header"))),
        ),
        ("Time of the server", Some(time(call.at))),
        ("Duration", Some(outcome::took(call))),
    ])
}

/// Links to the resources that the call names or that its response shows.
fn resources(visit: &Visit<'_>, call: &Call, things: &BTreeMap<u64, Thing>) -> Html {
    let named = call.resources.iter().filter_map(|number| things.get(number));
    let items: Vec<Html> = named
        .map(|thing| {
            element(
                "li",
                &[],
                [html::spaced([name::full(thing), super::resources::state(visit, thing)])],
            )
        })
        .collect();
    if items.is_empty() {
        return Html::default();
    }
    [heading("Resources"), element("ul", &[], items)].into_iter().collect()
}

/// The call for a shell and in Rust.
fn copies(visit: &Visit<'_>, call: &Call) -> Html {
    let app = &visit.shared.app;
    let one = |name: &str, copy: Option<String>| {
        let copy = copy?;
        let button = element(
            "button",
            &[("type", "button"), ("class", "copy")],
            [text(format!("Copy as {name}"))],
        );
        let shown = [around("summary", "", format!("As {name}")), block(copy)];
        Some(element(
            "div",
            &[("class", "copied")],
            [button, element("details", &[], shown)],
        ))
    };
    let all = [one("curl", copy::curl(app, call)), one("Rust", copy::rust(app, call))];
    element("div", &[("class", "copies")], all.into_iter().flatten())
}

fn checks(call: &Call) -> Html {
    let made = call.checks.iter().map(|check| {
        let (class, word) = if check.passed {
            ("good", "ok")
        } else {
            ("bad", "failed")
        };
        let first = check.note.lines().next().unwrap_or_default();
        let rest: Vec<&str> = check.note.lines().skip(1).collect();
        // The components of a signature are in a table.
        let is_shown = rest.is_empty() || check.name == "signature";
        let more = (!is_shown).then(|| block(rest.join("\n")));
        let name = around("strong", "", check.name);
        let item = [mark(class, word), text(" "), name, text(format!(" {first}"))];
        element("li", &[], item.into_iter().chain(more))
    });
    let is_refused = call.failures().next().is_some();
    let place = |name: &str| CHECKS.iter().position(|known| *known == name);
    let last = call.checks.iter().rev().find_map(|check| place(check.name));
    let missing = CHECKS.iter().filter(|name| is_refused && place(name) > last);
    let missing = missing.map(|name| {
        let item = [mark("quiet", "not reached"), text(" "), around("strong", "", name)];
        element("li", &[], item)
    });
    element("ol", &[("class", "checks")], made.chain(missing))
}

/// The components of the base string: what arrived, and what was signed as far as it is known.
fn signed(visit: &Visit<'_>, call: &Call) -> Option<Html> {
    let app = &visit.shared.app;
    let extensions = &app.api.contract.extensions;
    let operation = app
        .api
        .contract
        .operations
        .iter()
        .find(|one| Some(&one.id) == call.operation.as_ref())?;
    let signing = extensions.signing.get(operation.scheme.as_ref()?)?;
    let request = Request {
        method: call.method.clone(),
        target: call.target.clone(),
        headers: call.headers.clone(),
        body: call.body.clone(),
    };
    let key_header = extensions.idempotency.as_ref().map(|rules| rules.header.as_str());
    let parts = Parts::of(signing, key_header, &request);
    let given = call.header(&signing.signature_header).unwrap_or_default();
    let check = call.checks.iter().find(|check| check.name == "signature");
    let secrets = Secrets {
        client: &app.credentials.client_secret,
        webhook: &app.credentials.webhook_secret,
    };
    let found = match check {
        Some(check) if !check.passed => diagnose::find(signing, &parts, given, &secrets),
        _ => None,
    };
    let is_right = check.is_some_and(|check| check.passed);
    let differs = found.as_ref().and_then(|found| found.signed.as_ref());
    let rows = signing.components.iter().enumerate().map(|(at, &component)| {
        let arrived = parts.text(component);
        let (class, signed) = match differs {
            Some((place, Some(other))) if *place == at => ("differs", shown(other)),
            Some((place, None)) if *place == at => ("differs", around("em", "", "left out")),
            Some(_) => ("", around("span", "quiet", "the same")),
            None if is_right => ("", around("span", "quiet", "the same")),
            None => ("", around("span", "quiet", "not known")),
        };
        let name = around("strong", "", component.name());
        let cells = [name, shown(&arrived), signed].map(|cell| element("td", &[], [cell]));
        element("tr", &[("class", class)], cells)
    });
    let verdict = match (&found, check) {
        (Some(found), _) => around("p", "verdict bad", &found.text),
        (None, Some(check)) if !check.passed => around(
            "p",
            "verdict bad",
            "No common mistake explains the signature. Compare the secret, and each component with the text that your application signs.",
        ),
        (None, Some(_)) => around("p", "verdict good", "The base string of the request that arrived."),
        (None, None) => around("p", "verdict", "The signature was not checked."),
    };
    let parts = [
        heading("Signed text"),
        verdict,
        table(&["Component", "Arrived", "Signed"], rows),
        made(signing, &parts, given, &app.credentials.client_secret),
    ];
    Some(parts.into_iter().collect())
}

/// The base string and the signature that the server makes of it.
fn made(signing: &Signing, parts: &Parts, given: &str, secret: &str) -> Html {
    let right = signature::sign(signing, parts, secret).unwrap_or_default();
    let summary = around("summary", "", "Base string and signatures");
    let facts = html::facts([
        ("base string", Some(block(parts.base_string(signing)))),
        (
            "separator",
            Some(around("code", "", format!("{:?}", signing.separator))),
        ),
        ("expected signature", Some(around("code", "", &right))),
        ("signature received", Some(shown(given))),
    ]);
    element("details", &[], [summary, element("div", &[("class", "wide")], [facts])])
}

fn shown(value: &str) -> Html {
    if value.is_empty() {
        around("span", "quiet", "empty")
    } else {
        around("code", "", value)
    }
}

fn answer(call: &Call) -> Html {
    match call.status {
        None => around("p", "quiet", "None: the connection was closed."),
        Some(status) => {
            let line = block(status.to_string());
            [line, headers(&call.answer_headers), body(&call.answer_body)]
                .into_iter()
                .collect()
        }
    }
}
