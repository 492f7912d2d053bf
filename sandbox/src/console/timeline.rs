//! In: a resource. Out: its calls, changes, postings, events and deliveries, newest first. Never: an order by clocks, which forms can set.

use super::calls::Fold;
use super::visit::Visit;
use super::{deliveries, outcome};
use crate::history::{Cause, Time, What};
use crate::log::Call;
use crate::past::{self, Past};
use crate::shared::locked;
use crate::view::{self, Thing};
use crate::webhook::Delivery;
use minijinja::value::Serde;
use minijinja::{Value as Data, context};
use std::collections::HashMap;
use std::sync::Arc;

/// Most rows of a timeline.
const MOST: usize = 200;

pub(super) fn timeline(visit: &Visit<'_>, thing: &Thing) -> Data {
    let shared = visit.shared;
    let numbers = past::with_records(&shared.app, thing.number);
    let calls: Vec<(u64, Arc<Call>)> = {
        let calls = locked(&shared.calls);
        calls
            .all()
            .rev()
            .map(|(number, call)| (number, Arc::clone(call)))
            .collect()
    };
    let mut past = past::past(&shared.app, &numbers, thing.id.as_deref());
    // A change of the content alone is shown unless the same cause moved the resource.
    let with_state = past.iter().filter(|one| state_of(one).is_some());
    let moved: Vec<(u64, Cause)> = with_state.map(|one| (one.entry.resource, one.entry.cause)).collect();
    past.retain(|one| {
        let entry = &one.entry;
        !matches!(entry.what, What::Changed(_))
            || state_of(one).is_some()
            || entry.cause == Cause::Time
            || !moved.contains(&(entry.resource, entry.cause))
    });
    let mut fold = Fold::default();
    for (number, call) in calls.iter().filter(|(_, call)| call.resources.contains(&thing.number)) {
        if !fold.add(*number, call, MOST) {
            break;
        }
    }
    let named: Vec<u64> = past.iter().map(|one| one.entry.resource).collect();
    let things = view::named(&shared.app, &named);
    let causes: HashMap<u64, (u64, &Call)> = calls
        .iter()
        .map(|(number, call)| (call.place, (*number, &**call)))
        .collect();
    let calls = fold.rows.iter().map(|one| {
        let shown = outcome::shown(one.number, &one.call, one.count);
        let row = context! { kind => "call", at => one.call.at, life => (), call => shown };
        (one.call.place, row)
    });
    let mut items: Vec<(u64, Data)> = calls.collect();
    items.extend(past.iter().map(|one| {
        let other = things
            .get(&one.entry.resource)
            .filter(|other| other.number != thing.number);
        (one.entry.place, entry(one, other, &causes))
    }));
    {
        let deliveries = locked(&shared.deliveries);
        let is_own = |one: &Delivery| one.origin.resource.is_some_and(|number| numbers.contains(&number));
        let own = deliveries.all().filter(|(_, one)| is_own(one));
        items.extend(own.map(|(number, one)| {
            let shown = deliveries::shown(number, one);
            let row = context! { kind => "delivery", at => one.at, life => (), delivery => shown };
            (one.place, row)
        }));
    }
    items.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    let is_cut = items.len() > MOST;
    context! { is_cut, items => items.into_iter().take(MOST).map(|(_, item)| item).collect::<Data>() }
}

fn state_of(past: &Past) -> Option<&String> {
    match &past.entry.what {
        What::Changed(change) => change.to.as_ref(),
        _ => None,
    }
}

/// A posting, an event, or a change of a resource, which is named if it is another than that of the page. `causes` are calls with their
/// numbers, by their places.
fn entry(past: &Past, other: Option<&Thing>, causes: &HashMap<u64, (u64, &Call)>) -> Data {
    let Time { clock, life } = past.entry.at;
    let content = match &past.entry.what {
        What::Posted(_) => context! { kind => "posting", posting => Serde(&past.posting) },
        What::Event(event) => context! { kind => "event", event },
        What::Changed(change) => {
            let known = past.entry.cause.call().and_then(|place| causes.get(&place));
            let cause = match past.entry.cause {
                Cause::Time => "by time",
                Cause::Hand => "set by hand",
                Cause::Start => "by x-seed, at the start",
                Cause::Call(_) if known.is_some() => "by",
                Cause::Call(_) => "by a call",
            };
            let caller = known.map(|(number, call)| {
                context! { number, operation => call.operation.as_deref().unwrap_or_default() }
            });
            context! {
                kind => "state", cause, caller,
                other => Serde(other),
                is_new => change.is_new,
                from => &change.from,
                to => &change.to,
            }
        }
    };
    // The time of the resource, if it is not that of the clock.
    context! { at => clock, life => (life.abs_diff(clock) >= 1000).then_some(life), ..content }
}
