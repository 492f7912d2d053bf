//! In: the deliveries that are kept. Out: a page of their events, each with its attempts, and a page for each attempt with signature, body and
//! response. Never: a delivery that the page makes itself (`act.rs`).

use super::page::body;
use super::visit::{ROWS, Visit};
use crate::request::Reply;
use crate::shared::locked;
use crate::view;
use crate::webhook::{self, Delivery};
use minijinja::value::Serde;
use minijinja::{Value as Data, context};
use std::collections::HashMap;
use std::sync::Arc;

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

pub(super) fn list(visit: &Visit<'_>) -> Reply {
    let app = &visit.shared.app;
    let before = visit.before().unwrap_or(u64::MAX);
    let newest = |attempts: &Attempts| attempts.first().map_or(0, |(number, _)| *number);
    let mut found = events(visit);
    found.retain(|attempts| newest(attempts) < before);
    let last = found.get(ROWS - 1).filter(|_| found.len() > ROWS).map(newest);
    found.truncate(ROWS);
    let resources = found.iter().filter_map(|attempts| attempts.first()?.1.origin.resource);
    let things = view::named(app, &resources.collect::<Vec<_>>());
    let rows = found.iter().filter_map(|attempts| {
        let (number, newest) = attempts.first()?;
        let about = newest.origin.resource.and_then(|number| things.get(&number));
        // In their order.
        let attempts: Data = attempts.iter().rev().map(|(number, one)| shown(*number, one)).collect();
        Some(context! { attempts, about => Serde(about), ..shown(*number, newest) })
    });
    let manner = app.post.manner();
    let values = context! {
        deliveries => rows.collect::<Data>(),
        url => app.post.url(),
        twice => manner.twice,
        swapped => manner.swapped,
        forged => manner.forged,
        delay => u64::try_from(manner.delay.as_millis()).ok(),
        events => webhook::events(&app.api.contract),
    };
    visit.live("deliveries", "Deliveries", last, values)
}

/// An attempt, as rows and pages show it.
pub(super) fn shown(number: u64, one: &Delivery) -> Data {
    context! {
        number,
        at => one.at,
        event => &one.event,
        attempt => one.attempt,
        url => &one.url,
        status => one.status,
        is_good => one.is_accepted() != one.forged,
        is_wrong => one.failed || (one.forged && one.is_accepted()),
        outcome => one.outcome(),
    }
}

pub(super) fn one(visit: &Visit<'_>, number: u64) -> Option<Reply> {
    let app = &visit.shared.app;
    let one = locked(&visit.shared.deliveries).get(number)?;
    let things = view::named(app, &one.origin.resource.into_iter().collect::<Vec<_>>());
    let signing = app.api.contract.extensions.webhook_signing.as_ref().map(|signing| {
        context! {
            header => &signing.signature_header,
            template => signing.message.template(),
            base => webhook::parts(signing, &one).base_string(signing),
        }
    });
    let values = context! {
        one => shown(number, &one),
        thing => Serde(things.values().next()),
        headers_sent => Serde(&one.headers),
        signing,
        content => body(&one.body),
        failure => &one.failure,
        answer => String::from_utf8_lossy(&one.answer).replace("\r\n", "\n"),
    };
    Some(visit.still(200, "delivery", &format!("Delivery {number}"), values))
}
