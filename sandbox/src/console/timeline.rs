//! In: a resource. Out: its calls, changes, postings, events and deliveries, newest first. Never: an order by clocks, which forms can set.

use super::calls::{Fold, Row, times};
use super::html::{self, Html, around, element, link, row, soft, text, thousands};
use super::name;
use super::outcome;
use super::page::{FOLDER, clock, mark};
use super::visit::{Visit, escaped};
use crate::history::{Cause, Time, What};
use crate::log::Call;
use crate::outbox::Happening;
use crate::past::{self, Past};
use crate::shared::locked;
use crate::view::{self, Posted, Thing};
use crate::webhook::Delivery;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Most rows of a timeline.
const MOST: usize = 200;

enum Item {
    Call(Row),
    Past(Past),
    Delivery(u64, Arc<Delivery>),
}

impl Item {
    fn place(&self) -> u64 {
        match self {
            Self::Call(row) => row.call.place,
            Self::Past(past) => past.entry.place,
            Self::Delivery(_, one) => one.place,
        }
    }
}

/// Inputs of the rows.
struct Rows<'v> {
    visit: &'v Visit<'v>,
    /// The number of the resource whose page it is.
    own: u64,
    things: BTreeMap<u64, Thing>,
    /// Numbers and operations of the calls that caused changes, by their places.
    causes: HashMap<u64, (u64, String)>,
}

pub(super) fn timeline(visit: &Visit<'_>, thing: &Thing) -> Html {
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
    let deliveries: Vec<Item> = {
        let deliveries = locked(&shared.deliveries);
        let is_own = |one: &Delivery| one.origin.resource.is_some_and(|number| numbers.contains(&number));
        let own = deliveries.all().filter(|(_, one)| is_own(one));
        own.map(|(number, one)| Item::Delivery(number, Arc::clone(one)))
            .collect()
    };
    let named: Vec<u64> = past.iter().map(|one| one.entry.resource).collect();
    let callers: HashSet<u64> = past.iter().filter_map(|one| one.entry.cause.call()).collect();
    let causes = calls.iter().filter(|(_, call)| callers.contains(&call.place));
    let rows = Rows {
        visit,
        own: thing.number,
        things: view::named(&shared.app, &named),
        causes: causes
            .map(|(number, call)| (call.place, (*number, call.operation.clone().unwrap_or_default())))
            .collect(),
    };
    let mut items: Vec<Item> = fold.rows.into_iter().map(Item::Call).collect();
    items.extend(past.into_iter().map(Item::Past));
    items.extend(deliveries);
    items.sort_by_key(|item| std::cmp::Reverse(item.place()));
    let is_cut = items.len() > MOST;
    items.truncate(MOST);
    let all = thing.id.as_deref().map(|id| {
        let href = format!("{FOLDER}calls?resource={}", escaped(id));
        element("p", &[], [link(&href, "All calls about it")])
    });
    let note = match (is_cut, items.is_empty()) {
        (true, _) => format!("The newest {MOST} entries."),
        (_, true) => "Nothing has happened to it since the start of the server.".to_owned(),
        _ => String::new(),
    };
    let table = html::list(
        "timeline",
        &["Time", "Kind", "Entry"],
        items.iter().map(|item| rows.row(item)),
    );
    [table, around("p", "quiet", note)].into_iter().chain(all).collect()
}

fn state_of(past: &Past) -> Option<&String> {
    match &past.entry.what {
        What::Changed(change) => change.to.as_ref(),
        _ => None,
    }
}

/// An account whose ids are cut; the whole of it is the title.
fn account(whole: &str) -> Html {
    let parts: Vec<String> = whole.split(':').map(name::cut).collect();
    element("code", &[("class", "quiet"), ("title", whole)], [soft(parts.join(":"))])
}

impl Rows<'_> {
    fn row(&self, item: &Item) -> Html {
        let (at, kind, content) = match item {
            Item::Call(one) => (one.call.at, "call", Self::call(one)),
            Item::Delivery(number, one) => (one.at, "delivery", Self::delivery(*number, one)),
            Item::Past(past) => {
                let (kind, content) = match (&past.entry.what, &past.posting) {
                    (What::Posted(_), Some(posting)) => ("posting", Self::posting(posting)),
                    (What::Posted(_), None) => ("posting", Html::default()),
                    (What::Changed(change), _) => ("state", self.change(past, change)),
                    (What::Event(event), _) => ("event", soft(event)),
                };
                (
                    past.entry.at.clock,
                    kind,
                    html::spaced([content, self.life(past.entry.at)]),
                )
            }
        };
        row([clock(at, self.visit.now()), mark("quiet", kind), content])
    }

    /// The time of the resource, if it is not that of the clock.
    fn life(&self, at: Time) -> Html {
        if at.life.abs_diff(at.clock) < 1000 {
            return Html::default();
        }
        let shown = clock(at.life, self.visit.now());
        element(
            "span",
            &[("class", "quiet")],
            [html::spaced([text("in resource time"), shown])],
        )
    }

    fn call(one: &Row) -> Html {
        let call = &one.call;
        let operation = call.operation.as_deref().unwrap_or(&call.target);
        let href = format!("{FOLDER}calls/{}", one.number);
        let name = element("a", &[("href", &href)], [soft(operation)]);
        let method = around("code", "", &call.method);
        let parts = [
            method,
            name,
            times(one.count),
            outcome::status(call),
            outcome::shown(call),
        ];
        html::spaced(parts)
    }

    fn delivery(number: u64, one: &Delivery) -> Html {
        let name = link(
            &format!("{FOLDER}deliveries/{number}"),
            format!("attempt {}", one.attempt),
        );
        html::spaced([
            soft(&one.event),
            name,
            super::deliveries::status(one),
            text(one.outcome()),
        ])
    }

    fn posting(posting: &Posted) -> Html {
        let amount = format!("{} {}", thousands(&posting.amount), posting.unit);
        let ways = [
            text("from"),
            account(&posting.debit),
            text("to"),
            account(&posting.credit),
        ];
        html::spaced([around("strong", "", amount)].into_iter().chain(ways))
    }

    fn change(&self, past: &Past, change: &Happening) -> Html {
        let entry = &past.entry;
        let other = self.things.get(&entry.resource).filter(|_| entry.resource != self.own);
        let words = match (change.is_new, &change.from, &change.to) {
            (true, _, Some(to)) => vec![text("created as"), mark("quiet", to)],
            (true, _, None) => vec![text("created")],
            (false, Some(from), Some(to)) => vec![mark("quiet", from), text("\u{2192}"), mark("quiet", to)],
            (false, None, Some(to)) => vec![mark("quiet", to)],
            (false, _, None) => vec![text("content changed")],
        };
        let by = match entry.cause {
            Cause::Time => text("by time"),
            Cause::Hand => text("set by hand"),
            Cause::Start => text("by x-seed, at the start"),
            Cause::Call(place) => match self.causes.get(&place) {
                Some((number, operation)) => {
                    let href = format!("{FOLDER}calls/{number}");
                    [text("by "), element("a", &[("href", &href)], [soft(operation)])]
                        .into_iter()
                        .collect()
                }
                None => text("by a call"),
            },
        };
        let by = element("span", &[("class", "quiet")], [by]);
        html::spaced(other.map(name::full).into_iter().chain(words).chain([by]))
    }
}
