//! In: the deliveries that are kept. Out: a page of their events, each with its attempts, and a page for each attempt with signature, body and
//! response. Never: a delivery that the page makes itself (`act.rs`).

use super::form::{check, choice, field, form, hidden, number};
use super::html::{self, Html, around, element, row, soft, text};
use super::name;
use super::page::{FOLDER, Page, block, body, clock, headers, heading, mark, time};
use super::visit::{ROWS, Visit};
use crate::shared::locked;
use crate::view::{self, Thing};
use crate::webhook::{self, Delivery};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How events reach the receiver, each with an explanation.
const MANNERS: [(&str, &str); 3] = [
    ("twice", "each event twice"),
    ("swapped", "in swapped order"),
    ("forged", "each after a forged one"),
];

/// The attempts for one event, newest first.
type Attempts = Vec<(u64, Arc<Delivery>)>;

/// The events, by their newest attempts.
fn events(visit: &Visit<'_>) -> Vec<Attempts> {
    let mut places: HashMap<u64, usize> = HashMap::new();
    let mut found: Vec<Attempts> = Vec::new();
    let deliveries = locked(&visit.shared.deliveries);
    for (number, one) in deliveries.all().rev() {
        let at = *places.entry(one.origin.place).or_insert(found.len());
        if at == found.len() {
            found.push(Vec::new());
        }
        found[at].push((number, Arc::clone(one)));
    }
    found
}

pub(super) fn list(visit: &Visit<'_>) -> Page {
    let before = visit.before().unwrap_or(u64::MAX);
    let newest = |attempts: &Attempts| attempts.first().map_or(0, |(number, _)| *number);
    let mut found = events(visit);
    found.retain(|attempts| newest(attempts) < before);
    let last = found.get(ROWS - 1).filter(|_| found.len() > ROWS).map(newest);
    found.truncate(ROWS);
    let is_empty = found.is_empty();
    let resources = found.iter().filter_map(|attempts| attempts.first()?.1.origin.resource);
    let things = view::named(&visit.shared.app, &resources.collect::<Vec<_>>());
    let rows = found.iter().filter_map(|attempts| line(visit, attempts, &things));
    let post = &visit.shared.app.post;
    let (url, manner) = (post.url(), post.manner());
    let target = form(
        "target",
        [field("Receiver (http URL)", "url", url.as_deref().unwrap_or_default())],
        "Set",
    );
    let is_set = [manner.twice, manner.swapped, manner.forged];
    let boxes = MANNERS
        .iter()
        .zip(is_set)
        .map(|((word, label), is_set)| check(label, "manner", word, is_set));
    let delay = manner.delay.as_millis();
    let delay = if delay == 0 { String::new() } else { delay.to_string() };
    let manners = form("manner", boxes.chain([number("Delay in ms", "delay", &delay)]), "Apply");
    let events = webhook::events(&visit.shared.app.api.contract);
    let example = if events.is_empty() || url.is_none() {
        Html::default()
    } else {
        let event = choice("Example of an event", "event", events.iter().map(String::as_str), None);
        form("deliver", [event], "Deliver")
    };
    let note = match (events.is_empty(), &url) {
        (true, _) => "The contract has no events.",
        (false, None) => {
            "No receiver is set, so no event is created or delivered. Set its URL here, or start with --webhook-url."
        }
        (false, Some(_)) if is_empty => "Nothing was delivered yet.",
        _ => "",
    };
    let content = [
        element("div", &[("class", "forms")], [target, manners, example]),
        html::list(
            "deliveries",
            &["Time", "Event", "Resource", "Attempts", "Outcome"],
            rows,
        ),
        around("p", "quiet", note),
        visit.pager(last),
    ];
    visit.list("deliveries", "Deliveries", content.into_iter().collect())
}

/// One event: its attempts in their order, and what became of the newest.
fn line(visit: &Visit<'_>, attempts: &Attempts, things: &BTreeMap<u64, Thing>) -> Option<Html> {
    let (_, newest) = attempts.first()?;
    let thing = newest.origin.resource.and_then(|number| things.get(&number));
    let shown = attempts.iter().rev().map(|(number, one)| {
        let href = format!("{FOLDER}deliveries/{number}");
        let title = format!("attempt {} at {}", one.attempt, one.url);
        element("a", &[("href", &href), ("title", &title)], [status(one)])
    });
    Some(row([
        clock(newest.at, visit.now()),
        soft(&newest.event),
        thing.map(name::short).unwrap_or_default(),
        html::spaced(shown),
        outcome(newest),
    ]))
}

pub(super) fn status(one: &Delivery) -> Html {
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
    let number_of = one.origin.resource;
    let things = view::named(&visit.shared.app, &number_of.into_iter().collect::<Vec<_>>());
    let thing = number_of.and_then(|number| things.get(&number));
    let facts = html::facts([
        ("Status", Some(status(&one))),
        ("Event", Some(soft(&one.event))),
        ("Resource", thing.map(name::full)),
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
        heading("Response"),
        answer,
    ];
    let title = format!("Delivery {number}");
    Some(Page::new("deliveries", title, content.into_iter().collect()))
}

/// The base string of the signature.
fn signed(visit: &Visit<'_>, one: &Delivery) -> Option<Html> {
    let signing = visit.shared.app.api.contract.extensions.webhook_signing.as_ref()?;
    let base = webhook::parts(signing, one).base_string(signing);
    let names: Vec<&str> = signing.components.iter().map(|component| component.name()).collect();
    let note = format!(
        "{} contains the MAC of these components, joined by {:?}: {}.",
        signing.signature_header,
        signing.separator,
        names.join(", ")
    );
    Some(
        [heading("Signed text"), around("p", "", note), block(base)]
            .into_iter()
            .collect(),
    )
}
