//! In: the calls that are kept, and the filters of the address. Out: a page of them with what became of each, newest first,
//! repeated reads and lookups in one row. Never: more rows than a page holds, or more than the server itself knows.

use super::page::{ROWS, Visit};
use crate::log::Call;
use crate::request::Reply;
use crate::shared::locked;
use crate::view;
use chrono::{DateTime, NaiveDate};
use minijinja::value::Serde;
use minijinja::{Value as Data, context};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// Classes of statuses, and calls without one.
const CLASSES: [&str; 5] = ["2xx", "3xx", "4xx", "5xx", "none"];

/// A call, and the number of identical reads that its row includes.
pub(super) struct CallRow {
    pub(super) number: u64,
    pub(super) call: Arc<Call>,
    pub(super) count: usize,
}

/// Repeated reads between two other calls in one row: the newest represents those with the same response.
#[derive(Default)]
pub(super) struct Fold {
    pub(super) rows: Vec<CallRow>,
    /// Places of the reads since the last call that is not one.
    reads: Vec<usize>,
}

impl Fold {
    /// Adds an older call; `false` for one that needs a row beyond the most.
    pub(super) fn add(&mut self, number: u64, call: &Arc<Call>, most: usize) -> bool {
        let is_same = |at: &&usize| {
            let known = &self.rows[**at].call;
            (&known.target, known.status, &known.method) == (&call.target, call.status, &call.method)
                && known.code == call.code
                && (&known.body, &known.answer_body) == (&call.body, &call.answer_body)
        };
        if !call.only_reads() {
            self.reads.clear();
        } else if let Some(&at) = self.reads.iter().find(is_same) {
            self.rows[at].count += 1;
            return true;
        }
        if self.rows.len() == most {
            return false;
        }
        if call.only_reads() {
            self.reads.push(self.rows.len());
        }
        self.rows.push(CallRow {
            number,
            call: Arc::clone(call),
            count: 1,
        });
        true
    }
}

/// Wanted calls, by the words of the address.
struct CallQuery<'v> {
    visit: &'v Visit<'v>,
    /// The resources that the search or the filter names.
    like: Option<BTreeSet<u64>>,
    resource: Option<BTreeSet<u64>>,
}

impl<'v> CallQuery<'v> {
    fn of(visit: &'v Visit<'v>) -> Self {
        let app = &visit.shared.app;
        Self {
            visit,
            like: visit.asked("q").map(|text| view::like(app, text)),
            resource: visit.asked("resource").map(|id| view::with_id(app, id)),
        }
    }

    fn fits(&self, call: &Call) -> bool {
        let is = |name: &str, value: &str| self.visit.asked(name).is_none_or(|wanted| wanted == value);
        let class = call
            .status
            .map_or_else(|| "none".to_owned(), |status| format!("{}xx", status / 100));
        let names = |numbers: &BTreeSet<u64>| call.resources.iter().any(|number| numbers.contains(number));
        is("method", &call.method)
            && is("status", &class)
            && is("outcome", CallOutcome::new(call).name())
            && is("operation", call.operation.as_deref().unwrap_or_default())
            && self.is_between(call.at)
            && self.resource.as_ref().is_none_or(names)
            && self
                .visit
                .asked("q")
                .is_none_or(|text| self.like.as_ref().is_some_and(names) || contains(call, text))
    }

    /// Returns `true` if a time is within the days of the filter, by the server's clock in UTC.
    fn is_between(&self, at: i64) -> bool {
        let day = DateTime::from_timestamp_millis(at).map(|at| at.date_naive());
        let fits = |name: &str, is_outside: Ordering| {
            self.visit.asked(name).is_none_or(|text| {
                let limit: Option<NaiveDate> = text.parse().ok();
                limit.is_some() && day.cmp(&limit) != is_outside
            })
        };
        fits("from", Ordering::Less) && fits("to", Ordering::Greater)
    }
}

/// Returns `true` if a call has a text in its target, a header or a body.
fn contains(call: &Call, wanted: &str) -> bool {
    let within = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| text.contains(wanted));
    let headers = call.headers.iter().chain(&call.answer_headers);
    call.target.contains(wanted)
        || headers.into_iter().any(|(_, value)| value.contains(wanted))
        || within(&call.body)
        || within(&call.answer_body)
}

pub(super) fn list(visit: &Visit<'_>) -> Reply {
    let app = &visit.shared.app;
    let before = visit.before().unwrap_or(u64::MAX);
    // Copied, so that no call waits for the search.
    let calls: Vec<(u64, Arc<Call>)> = {
        let calls = locked(&visit.shared.calls);
        let older = calls.all().rev().filter(|(number, _)| *number < before);
        older.map(|(number, call)| (number, Arc::clone(call))).collect()
    };
    let wanted = CallQuery::of(visit);
    let is_folded = visit.asked("polls").is_none();
    let mut found = Fold::default();
    let mut next = None;
    for (number, call) in calls.iter().filter(|(_, call)| wanted.fits(call)) {
        if !is_folded {
            found.reads.clear();
        }
        if !found.add(*number, call, ROWS) {
            next = Some(number + 1);
            break;
        }
    }
    let first = |row: &CallRow| row.call.resources.first().copied();
    let numbers: Vec<u64> = found.rows.iter().filter_map(first).collect();
    let things = view::named(app, &numbers);
    let rows = found.rows.iter().map(|row| {
        let about = first(row).and_then(|number| things.get(&number));
        context! { about => Serde(about), ..call_row(row.number, &row.call, row.count) }
    });
    let operations = &app.api.contract.operations;
    let values = context! {
        calls => rows.collect::<Data>(),
        base_url => visit.base_url(),
        methods => pairs(operations.iter().map(|one| one.method.as_str())),
        statuses => pairs(CLASSES.into_iter()),
        outcomes => pairs(CallOutcome::ALL.iter().map(|one| one.name())),
        operations => pairs(operations.iter().map(|one| one.id.as_str())),
        owners => Serde(visit.owners("resource")),
    };
    visit.live("calls", "Calls", next, values)
}

/// Values of a filter that are their own texts, each once.
fn pairs<'t>(words: impl Iterator<Item = &'t str>) -> Data {
    let words: BTreeSet<&str> = words.collect();
    Data::from(Serde(words.into_iter().map(|word| (word, word)).collect::<Vec<_>>()))
}

/// The outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallOutcome {
    Read,
    NotRead,
    Executed,
    /// The stored response of an earlier call under the same key.
    Repeated,
    NotExecuted,
    /// The response, or its absence, does not show the client what the server did.
    Unknown,
}

impl CallOutcome {
    pub(super) const ALL: [Self; 6] = [
        Self::Read,
        Self::NotRead,
        Self::Executed,
        Self::Repeated,
        Self::NotExecuted,
        Self::Unknown,
    ];

    pub(super) fn new(call: &Call) -> Self {
        let is_success = call.status.is_some_and(|status| (200..300).contains(&status));
        let is_refusal = call.code.is_some() || call.status.is_some_and(|status| (400..500).contains(&status));
        match () {
            () if call.only_reads() && is_success && call.executed => Self::Read,
            () if call.only_reads() => Self::NotRead,
            () if call.status.is_none() => Self::Unknown,
            () if call.replayed => Self::Repeated,
            () if is_success && call.executed => Self::Executed,
            () if is_refusal && !call.executed => Self::NotExecuted,
            () => Self::Unknown,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::NotRead => "not read",
            Self::Executed => "executed",
            Self::Repeated => "repeated",
            Self::NotExecuted => "not executed",
            Self::Unknown => "unknown",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Read | Self::Executed | Self::Repeated => "plain",
            Self::NotRead | Self::NotExecuted | Self::Unknown => "wrong",
        }
    }
}

/// The outcome with its code or reason: `not executed: CODE`.
fn outcome_text(call: &Call) -> String {
    let outcome = CallOutcome::new(call);
    let mut words = outcome.name().to_owned();
    let reason = call.failures().next();
    match (outcome, &call.code, call.status) {
        (CallOutcome::Unknown, _, status) => {
            words.push_str(if call.executed {
                ": executed, "
            } else {
                ": not executed, "
            });
            let _ = match status {
                None => write!(words, "no response"),
                Some(status) => write!(words, "status {status}"),
            };
        }
        (CallOutcome::NotRead, _, None) => words.push_str(": no response"),
        (_, Some(code), _) => {
            let _ = write!(words, ": {code}");
        }
        (CallOutcome::NotRead | CallOutcome::NotExecuted, None, Some(status)) => {
            let why = reason.and_then(|check| check.note.lines().next());
            let _ = write!(words, ": {}", why.unwrap_or(&status.to_string()));
        }
        (CallOutcome::Repeated, None, _) => words.push_str(": stored response"),
        _ => {}
    }
    words
}

/// A call, as rows and pages show it, which represents so many of the same read.
pub(super) fn call_row(number: u64, call: &Call, count: usize) -> Data {
    context! {
        number, count,
        at => call.at,
        method => &call.method,
        target => &call.target,
        name => call.operation.as_ref().unwrap_or(&call.target),
        status => call.status,
        is_good => call.status.is_some_and(|status| status < 400),
        class => CallOutcome::new(call).class(),
        words => outcome_text(call),
        took => format!("{}.{:03} ms", call.took.as_millis(), call.took.as_micros() % 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str, body: &str) -> Arc<Call> {
        Arc::new(Call {
            method: method.to_owned(),
            target: "/things/1".to_owned(),
            answer_body: body.as_bytes().to_vec(),
            ..Call::default()
        })
    }

    #[test]
    fn reads_are_one_row_until_their_response_or_another_call_comes_between() {
        let mut fold = Fold::default();
        let calls = ["GET b", "GET a", "GET b", "GET a", "POST a", "POST a", "GET a"];
        for (number, one) in calls.iter().enumerate() {
            let (method, body) = one.split_once(' ').unwrap();
            assert!(fold.add(number as u64, &call(method, body), 5));
        }
        let rows: Vec<_> = fold.rows.iter().map(|row| (row.number, row.count)).collect();
        assert_eq!(rows, [(0, 2), (1, 2), (4, 1), (5, 1), (6, 1)]);
        assert!(fold.add(7, &call("GET", "a"), 5) && !fold.add(8, &call("GET", "c"), 5));
    }

    fn answered(method: &str, status: Option<u16>, executed: bool) -> Call {
        Call {
            method: method.to_owned(),
            status,
            executed,
            ..Call::default()
        }
    }

    #[test]
    fn words_fit_what_a_call_does() {
        let coded = |mut one: Call, replayed| {
            (one.code, one.replayed) = (Some("GONE".to_owned()), replayed);
            one
        };
        let mut stored = answered("POST", Some(201), false);
        stored.replayed = true;
        for (one, expected) in [
            (answered("GET", Some(200), true), "read"),
            (answered("GET", None, true), "not read: no response"),
            (coded(answered("GET", Some(404), false), false), "not read: GONE"),
            (answered("POST", Some(201), true), "executed"),
            (stored, "repeated: stored response"),
            (coded(answered("POST", Some(409), false), true), "repeated: GONE"),
            (coded(answered("POST", Some(503), false), false), "not executed: GONE"),
            (answered("POST", Some(404), false), "not executed: 404"),
            (answered("POST", Some(403), true), "unknown: executed, status 403"),
            (answered("POST", Some(200), false), "unknown: not executed, status 200"),
            (answered("POST", Some(502), false), "unknown: not executed, status 502"),
            (
                coded(answered("POST", None, false), false),
                "unknown: not executed, no response",
            ),
        ] {
            assert_eq!(outcome_text(&one), expected, "{one:?}");
        }
    }
}
