//! In: one call that is kept. Out: its page: each check in order, what was signed and what arrived, request and answer. Never: a secret.

use super::calls::status;
use super::html::{self, Html, around, element, link, table, text};
use super::page::{FOLDER, Page, block, body, headers, heading, mark, time};
use super::visit::Visit;
use crate::diagnose::{self, Secrets};
use crate::extensions::Signing;
use crate::log::Call;
use crate::request::Request;
use crate::shared::locked;
use crate::signature::{self, Parts};
use crate::view;

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
    let content = [
        summary(&call),
        heading("Verification"),
        checks(&call),
        signed(visit, &call).unwrap_or_default(),
        about(visit, &call),
        heading("Request"),
        block(format!("{} {}", call.method, call.target)),
        headers(&call.headers),
        body(&call.body),
        heading("Answer"),
        answer(&call),
        element("p", &[("class", "pager")], neighbours.into_iter().flatten()),
    ];
    Some(Page {
        status: 200,
        tab: "calls",
        title: format!("Call {number}"),
        content: content.into_iter().collect(),
        ..Page::default()
    })
}

fn summary(call: &Call) -> Html {
    let millis = format!("{}.{:03} ms", call.took.as_millis(), call.took.as_micros() % 1000);
    let answer = [status(call), text(format!(" {}", call.outcome()))];
    html::facts([
        ("Answer", Some(answer.into_iter().collect())),
        ("Operation", Some(text(call.operation.as_deref().unwrap_or("none")))),
        ("Time of the server", Some(time(call.at))),
        ("Duration", Some(text(millis))),
    ])
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
        // The components of a signature stand in a table of their own.
        let is_told = rest.is_empty() || check.name == "signature";
        let more = (!is_told).then(|| block(rest.join("\n")));
        let name = around("strong", "", check.name);
        let item = [mark(class, word), text(" "), name, text(format!(" {first}"))];
        element("li", &[], item.into_iter().chain(more))
    });
    let is_refused = call.failures().next().is_some();
    let missing = CHECKS
        .iter()
        .filter(|name| is_refused && !call.checks.iter().any(|check| check.name == **name));
    let last = call
        .checks
        .iter()
        .rev()
        .find_map(|check| CHECKS.iter().position(|name| *name == check.name));
    let missing = missing.filter(|name| CHECKS.iter().position(|known| known == *name) > last);
    let missing = missing.map(|name| {
        let item = [mark("quiet", "not reached"), text(" "), around("strong", "", name)];
        element("li", &[], item)
    });
    element("ol", &[("class", "checks")], made.chain(missing))
}

/// The components of the base string: what arrived, and what was signed as far as it is known.
fn signed(visit: &Visit<'_>, call: &Call) -> Option<Html> {
    let app = &visit.shared.app;
    let extensions = &app.contract.extensions;
    let operation = app
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
            "No usual mistake explains the signature. Compare the secret, and each component with what your program signs.",
        ),
        (None, Some(_)) => around("p", "verdict good", "What was signed is what arrived."),
        (None, None) => around("p", "verdict", "The signature was not looked at."),
    };
    let parts = [
        heading("What was signed"),
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
        ("signature that fits", Some(around("code", "", &right))),
        ("signature that came", Some(shown(given))),
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

/// Links to the resources that the call names or that its answer shows.
fn about(visit: &Visit<'_>, call: &Call) -> Html {
    let path = call.target.split('?').next().unwrap_or_default();
    let answer: serde_json::Value = serde_json::from_slice(&call.answer_body).unwrap_or_default();
    let members = answer.as_object().into_iter().flatten();
    let named = members.filter_map(|(_, value)| value.as_str());
    let ids: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).chain(named).collect();
    let links = view::with_ids(&visit.shared.app, &ids)
        .into_iter()
        .map(|(number, schema, id)| {
            let name = link(&format!("{FOLDER}resources/{number}"), id);
            element("li", &[], [text(format!("{schema} ")), name])
        });
    let links: Vec<Html> = links.collect();
    if links.is_empty() {
        return Html::default();
    }
    [heading("Resources"), element("ul", &[], links)].into_iter().collect()
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
