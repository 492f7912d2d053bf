//! In: the deliveries that are kept. Out: a page of them, and one for each with signature, body and answer. Never: a delivery that the page makes
//! itself (`act.rs`).

use super::form::{choice, field, form, hidden};
use super::html::{self, Html, around, element, link, row, text};
use super::page::{FOLDER, Page, block, body, headers, heading, mark, time};
use super::visit::{ROWS, Visit};
use crate::shared::locked;
use crate::webhook::{self, Delivery};
use std::sync::Arc;

pub(super) fn list(visit: &Visit<'_>) -> Page {
    let before = visit.before().unwrap_or(u64::MAX);
    let found: Vec<(u64, Arc<Delivery>)> = {
        let deliveries = locked(&visit.shared.deliveries);
        let newest = deliveries.all().rev().filter(|(number, _)| *number < before);
        newest
            .take(ROWS + 1)
            .map(|(number, one)| (number, Arc::clone(one)))
            .collect()
    };
    let last = found
        .get(ROWS - 1)
        .filter(|_| found.len() > ROWS)
        .map(|(number, _)| *number);
    let is_empty = found.is_empty();
    let rows = found.iter().take(ROWS).map(|(number, one)| line(*number, one));
    let post = &visit.shared.app.post;
    let url = post.url();
    let target = form(
        "target",
        [field("Deliveries go to", "url", url.as_deref().unwrap_or_default())],
        "Set",
    );
    let words = post.manner().to_string();
    let manner = form(
        "manner",
        [field("They come (twice, swapped, forged, delay:500)", "manner", &words)],
        "Switch",
    );
    let events = webhook::events(&visit.shared.app.contract);
    let example = if events.is_empty() || url.is_none() {
        Html::default()
    } else {
        let event = choice(
            "Deliver an example of",
            "event",
            events.iter().map(String::as_str),
            None,
        );
        form("deliver", [event], "Deliver")
    };
    let note = match (events.is_empty(), &url) {
        (true, _) => "The contract names no events.",
        (false, None) => "Deliveries go nowhere. Set the http URL of a receiver here, or start with --webhook-url.",
        (false, Some(_)) if is_empty => "Nothing was delivered yet.",
        _ => "",
    };
    let content = [
        element("div", &[("class", "forms")], [target, manner, example]),
        html::list(&["", "Time", "Answer", "Event", "Attempt", "Outcome", "Receiver"], rows),
        around("p", "quiet", note),
        visit.pager(last),
    ];
    Page {
        status: 200,
        tab: "deliveries",
        title: "Deliveries".to_owned(),
        content: content.into_iter().collect(),
        pulse: visit.before().is_none().then(|| visit.pulse()),
        ..Page::default()
    }
}

fn line(number: u64, one: &Delivery) -> Html {
    row([
        link(&format!("{FOLDER}deliveries/{number}"), number.to_string()),
        time(one.at),
        status(one),
        text(&one.event),
        text(one.attempt.to_string()),
        outcome(one),
        around("code", "long", &one.url),
    ])
}

fn status(one: &Delivery) -> Html {
    let status = one
        .status
        .map_or_else(|| "none".to_owned(), |status| status.to_string());
    mark(if one.is_accepted() == one.forged { "bad" } else { "good" }, status)
}

fn outcome(one: &Delivery) -> Html {
    if one.failed || (one.forged && one.is_accepted()) {
        mark("bad", one.outcome())
    } else {
        text(one.outcome())
    }
}

pub(super) fn one(visit: &Visit<'_>, number: u64) -> Option<Page> {
    let one = locked(&visit.shared.deliveries).get(number)?;
    let facts = html::facts([
        ("Answer", Some(status(&one))),
        ("Event", Some(text(&one.event))),
        ("Attempt", Some(text(one.attempt.to_string()))),
        ("Outcome", Some(outcome(&one))),
        ("Time of the server", Some(time(one.at))),
        ("Receiver", Some(around("code", "", &one.url))),
    ]);
    let answer = match &one.failure {
        Some(failure) => around("p", "verdict bad", format!("None: {failure}")),
        None => block(String::from_utf8_lossy(&one.answer).replace("\r\n", "\n")),
    };
    let content = [
        facts,
        form("again", [hidden("number", &number.to_string())], "Deliver again"),
        heading("Headers"),
        headers(&one.headers),
        signed(visit, &one).unwrap_or_default(),
        heading("Body"),
        body(&one.body),
        heading("Answer"),
        answer,
    ];
    Some(Page {
        status: 200,
        tab: "deliveries",
        title: format!("Delivery {number}"),
        content: content.into_iter().collect(),
        ..Page::default()
    })
}

/// The base string of the signature.
fn signed(visit: &Visit<'_>, one: &Delivery) -> Option<Html> {
    let signing = visit.shared.app.contract.extensions.webhook_signing.as_ref()?;
    let base = webhook::parts(signing, one).base_string(signing);
    let names: Vec<&str> = signing.components.iter().map(|component| component.name()).collect();
    let note = format!(
        "{} carries the MAC of these components, joined by {:?}: {}.",
        signing.signature_header,
        signing.separator,
        names.join(", ")
    );
    Some(
        [heading("What is signed"), around("p", "", note), block(base)]
            .into_iter()
            .collect(),
    )
}
