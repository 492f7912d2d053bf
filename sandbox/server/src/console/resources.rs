//! In: the resources and the deliveries that the server keeps. Out: pages of them, of the ledger and of the events, and one for
//! each: its timeline beside the picture of its states, its next moves, or an attempt with signature, body and response. Never:
//! a move or a delivery that the page makes itself (`act.rs`).

use super::calls::{self, Fold};
use super::page::{ROWS, Visit, body};
use crate::app::App;
use crate::history::{BothClocks, ChangeReason, HistoryEntry, What};
use crate::log::Call;
use crate::request::Reply;
use crate::shared::locked;
use crate::view::{self, Life, PostingView, ResourceQuery, Thing};
use crate::webhook::{self, Delivery};
use minijinja::value::Serde;
use minijinja::{Value as Data, context};
use sdkwright_picture::{Diagram, LabelLine, StateBox, StateRole};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) fn list(visit: &Visit<'_>) -> Reply {
    let app = &visit.shared.app;
    let found = view::things(
        app,
        &ResourceQuery {
            schema: visit.asked("kind").map(str::to_owned),
            owner: visit.asked("owner").map(str::to_owned),
            like: visit.asked("q").map(|text| view::like(app, text)),
            before: visit.before(),
            most: ROWS,
        },
    );
    let last = found.rows.last().filter(|_| found.is_more).map(|thing| thing.number);
    let kinds = found.counts.iter();
    let kinds: Vec<_> = kinds.map(|(name, count)| (name, format!("{name} ({count})"))).collect();
    let rows = found.rows.iter();
    let rows = rows.map(|thing| context! { thing => Serde(thing), owners => Serde(view::owners_of(app, thing)) });
    let values = context! {
        rows => rows.collect::<Data>(),
        kinds => Serde(kinds),
        owners => Serde(visit.owners("owner")),
    };
    visit.live("resources", "Resources", last, values)
}

pub(super) fn one(visit: &Visit<'_>, number: u64) -> Option<Reply> {
    let app = &visit.shared.app;
    let thing = view::by_number(app, number)?;
    let life = view::life(app, &thing.schema).map(|life| states(visit, &thing, &life));
    let values = context! {
        life,
        thing => Serde(&thing),
        owners => Serde(view::owners_of(app, &thing)),
        value => serde_json::to_string_pretty(&thing.value).unwrap_or_default(),
        ..timeline(visit, &thing)
    };
    Some(visit.live("resource", &format!("{} {}", thing.schema, thing.label), None, values))
}

/// The picture of the states, and the moves from the present one.
fn states(visit: &Visit<'_>, thing: &Thing, life: &Life) -> Data {
    let present = thing.state.as_deref();
    let next = life.lifecycle.arrows().filter(|one| Some(one.from.as_str()) == present);
    let endings = view::endings(&visit.shared.app, thing).into_iter().map(|one| {
        let shown = format!("{}: {}", one.name, one.course.to.join(", "));
        (one.name, shown)
    });
    context! {
        // It escapes its texts.
        picture => diagram(life, present).element().map(Data::from_safe_string),
        owner => &life.owner,
        moves => next.map(|one| context! { to => one.to, by => one.by }).collect::<Data>(),
        states => &life.states,
        endings => Serde(endings.collect::<Vec<_>>()),
    }
}

/// Most rows of a timeline.
const MOST: usize = 200;

/// The calls of a resource, its changes, postings, events and deliveries, newest first. Their order is not that of clocks, which forms can set.
fn timeline(visit: &Visit<'_>, thing: &Thing) -> Data {
    let shared = visit.shared;
    let numbers = with_records(&shared.app, thing.number);
    let calls: Vec<(u64, Arc<Call>)> = {
        let calls = locked(&shared.calls);
        calls
            .all()
            .rev()
            .map(|(number, call)| (number, Arc::clone(call)))
            .collect()
    };
    let mut past = past(&shared.app, &numbers, thing.id.as_deref());
    // A change of the content alone is shown unless the same cause moved the resource.
    let with_state = past.iter().filter(|one| state_of(one).is_some());
    let moved: Vec<(u64, ChangeReason)> = with_state.map(|one| (one.entry.resource, one.entry.cause)).collect();
    past.retain(|one| {
        let entry = &one.entry;
        !matches!(entry.what, What::Changed(_))
            || state_of(one).is_some()
            || entry.cause == ChangeReason::Time
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
        let shown = calls::call_row(one.number, &one.call, one.count);
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
            let shown = delivery_row(number, one);
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
    let BothClocks { clock, life } = past.entry.at;
    let content = match &past.entry.what {
        What::Posted(_) => context! { kind => "posting", posting => Serde(&past.posting) },
        What::Event(event) => context! { kind => "event", event },
        What::Changed(change) => {
            let known = past.entry.cause.call().and_then(|place| causes.get(&place));
            let cause = match past.entry.cause {
                ChangeReason::Time => "by time",
                ChangeReason::Hand => "set by hand",
                ChangeReason::Start => "by x-seed, at the start",
                ChangeReason::Call(_) if known.is_some() => "by",
                ChangeReason::Call(_) => "by a call",
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

/// The page of accounts with their sums, and of postings.
pub(super) fn ledger(visit: &Visit<'_>) -> Reply {
    /// Most accounts of a page.
    const ACCOUNTS: usize = 200;
    let mut books = view::books(&visit.shared.app, visit.before(), ROWS);
    let last = books
        .postings
        .last()
        .filter(|_| books.is_more)
        .map(|posting| posting.number);
    let count = books.accounts.len();
    books.accounts.truncate(ACCOUNTS);
    visit.live("ledger", "Ledger", last, context! { count, books => Serde(books) })
}

/// The states of a lifecycle, the initial one first, and the arrows between them.
fn diagram(life: &Life, present: Option<&str>) -> Diagram {
    let lifecycle = &life.lifecycle;
    let arrows: Vec<(String, String, String)> = lifecycle.arrows().map(|one| (one.from, one.to, one.by)).collect();
    let mut names: Vec<&str> = Vec::new();
    let ends = arrows.iter().flat_map(|(from, to, _)| [from, to]);
    for name in lifecycle.initial.iter().chain(&life.states).chain(ends) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let state = |name: &&str| {
        let is_in = |list: &[String]| list.iter().any(|one| one == name);
        let roles = [
            (StateRole::Present, present == Some(*name)),
            (StateRole::Initial, lifecycle.initial.as_deref() == Some(*name)),
            (StateRole::Done, is_in(&lifecycle.done)),
            (StateRole::Final, is_in(&lifecycle.terminal)),
            (StateRole::NeedsAction, is_in(&lifecycle.needs_action)),
        ];
        let roles = roles.iter().filter_map(|(role, is_so)| is_so.then_some(*role));
        StateBox {
            name: (*name).to_owned(),
            roles: roles.collect(),
        }
    };
    let mut diagram = Diagram::new("States".to_owned(), names.iter().map(state).collect());
    let place = |name: &String| names.iter().position(|known| known == name);
    for (from, to, by) in &arrows {
        if let (Some(from), Some(to)) = (place(from), place(to)) {
            let (text, is_ours) = (by.clone(), *by != life.owner);
            diagram.connect(from, to, vec![LabelLine { text, is_ours }]);
        }
    }
    diagram
}

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

pub(super) fn list_deliveries(visit: &Visit<'_>) -> Reply {
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
        let attempts: Data = attempts
            .iter()
            .rev()
            .map(|(number, one)| delivery_row(*number, one))
            .collect();
        Some(context! { attempts, about => Serde(about), ..delivery_row(*number, newest) })
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
fn delivery_row(number: u64, one: &Delivery) -> Data {
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

pub(super) fn delivery(visit: &Visit<'_>, number: u64) -> Option<Reply> {
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
        one => delivery_row(number, &one),
        thing => Serde(things.values().next()),
        headers_sent => Serde(&one.headers),
        signing,
        content => body(&one.body),
        failure => &one.failure,
        answer => String::from_utf8_lossy(&one.answer).replace("\r\n", "\n"),
    };
    Some(visit.still(200, "delivery", &format!("Delivery {number}"), values))
}

/// An entry of the history, with the posting that it is about.
#[derive(Debug)]
struct Past {
    entry: Arc<HistoryEntry>,
    posting: Option<PostingView>,
}

/// What happened to some resources, and the postings of accounts that are named by an id.
fn past(app: &App, numbers: &[u64], id: Option<&str>) -> Vec<Past> {
    let state = app.state();
    let entries = state.history.entries.all();
    let found = entries.filter_map(|(_, entry)| {
        let posting = match entry.what {
            What::Posted(number) => Some((number, state.ledger.postings.get(number)?)),
            _ => None,
        };
        let names = |account: &str| id.is_some_and(|id| account.split(':').any(|part| part == id));
        let is_named = posting
            .as_ref()
            .is_some_and(|(_, one)| names(&one.debit) || names(&one.credit));
        (is_named || numbers.contains(&entry.resource)).then(|| Past {
            entry: Arc::clone(entry),
            posting: posting.map(|(number, one)| view::posted(app, &state, number, &one)),
        })
    });
    found.collect()
}

/// Numbers of a resource and of those that record what it does (`x-records`).
fn with_records(app: &App, number: u64) -> Vec<u64> {
    let state = app.state();
    let records = state.records.iter();
    let recording = records.filter(|record| record.of == Some(number));
    std::iter::once(number)
        .chain(recording.map(|record| record.number))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Lifecycle;
    use serde_json::json;

    #[test]
    fn every_state_and_arrow_of_the_contract_is_drawn_and_the_present_state_is_marked() {
        let life = Life {
            states: ["SENT", "NEW", "ASK", "END", "<LOST>"].map(str::to_owned).to_vec(),
            lifecycle: Lifecycle::new(&json!({
                "initial": "NEW", "done": ["END"], "terminal": ["<LOST>"], "needsAction": ["ASK"],
                "transitions": [
                    { "from": "NEW", "to": "SENT", "by": "send" },
                    { "from": ["SENT", "ASK"], "to": "END", "by": "owner" },
                    { "from": "SENT", "to": "ASK", "by": "owner" },
                    { "from": "ASK", "to": "SENT", "by": "answer" },
                    { "from": "ASK", "to": "ASK", "by": "owner" },
                    { "from": "SENT", "to": "<LOST>", "by": "owner" }
                ]
            })),
            owner: "owner".to_owned(),
        };
        let svg = diagram(&life, Some("SENT")).element().unwrap();
        assert_eq!(
            svg.matches("<rect class=\"box").count(),
            6,
            "five, and the final one twice: {svg}"
        );
        assert_eq!(svg.matches("<polygon ").count(), 7, "{svg}");
        assert_eq!(svg.matches("<path class=\"line ours\"").count(), 2, "{svg}");
        assert_eq!(svg.matches("class=\"present\"").count(), 1, "{svg}");
        assert!(svg.contains("States: NEW (initial), SENT (present), "), "{svg}");
        assert!(svg.contains("&lt;LOST&gt;") && !svg.contains("<LOST>"), "{svg}");
    }
}
