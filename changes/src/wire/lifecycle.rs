//! Deprecation, sunset and stability: what was announced before a removal, and promises that are taken back.

use sdkwright_contract::source::{Day, Node};

use super::finding::{Breaks, Impact, Matched, Reach, Uses};
use super::pairs::{Pairs, SchemaPair};
use crate::contract::{Operation, is_true, text};
use crate::shape::written;

const NO_DATE: &str = "clients that plan by the sunset have no date to plan by";

/// Announcement that a node is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announced {
    /// Nothing.
    No,
    /// Deprecated, and its sunset has passed or was never named.
    Yes,
    /// Deprecated, and its sunset is still to come.
    TooEarly,
    /// Deprecated, and its sunset is no date.
    Unreadable,
}

/// Returns what a node announced before it was removed.
pub(super) fn announced(node: Node<'_>, today: Option<Day>) -> Announced {
    announcement(is_true(node, "deprecated"), node.get("x-sunset"), today)
}

/// Returns what was announced by `deprecated` and `x-sunset`.
pub(super) fn announcement(is_deprecated: bool, sunset: Option<Node<'_>>, today: Option<Day>) -> Announced {
    if !is_deprecated {
        return Announced::No;
    }
    match sunset.map(|sunset| sunset.text().and_then(Day::parse)) {
        None => Announced::Yes,
        Some(None) => Announced::Unreadable,
        Some(Some(sunset)) if today.is_some_and(|today| sunset <= today) => Announced::Yes,
        Some(Some(_)) => Announced::TooEarly,
    }
}

/// Levels of `x-stability-level`, the least stable first.
const LEVELS: [&str; 4] = ["draft", "alpha", "beta", "stable"];

fn level(node: Node<'_>) -> Option<usize> {
    let word = text(node, STABILITY).unwrap_or("stable");
    LEVELS.iter().position(|level| *level == word)
}

/// Returns true for an operation that was announced as not stable.
pub(super) fn is_unstable(operation: Node<'_>) -> bool {
    level(operation).is_some_and(|level| level < 2)
}

/// Adds the finding that the revision lacks an operation.
pub(super) fn removed<'t>(pairs: &mut Pairs<'_, 't>, operation: &Operation<'t>, number: usize) {
    let reach = Reach::Operations(vec![number], Uses::SENT);
    let sent = |sent| Impact::new(sent, Breaks::No);
    let is_unstable = is_unstable(operation.node);
    let (id, effect, what, because) = match announced(operation.node, pairs.today) {
        _ if is_unstable => (
            "operation-removed-unstable",
            sent(Breaks::Maybe),
            "was removed",
            UNSTABLE,
        ),
        Announced::No => ("operation-removed", sent(Breaks::Yes), "was removed", ""),
        Announced::Yes => (
            "operation-removed-after-deprecation",
            sent(Breaks::Maybe),
            "was removed, as announced",
            KNOWN,
        ),
        Announced::TooEarly => (
            "operation-removed-before-sunset",
            sent(Breaks::Yes),
            "was removed before its sunset",
            EARLY,
        ),
        Announced::Unreadable => (
            "operation-removed-before-sunset",
            sent(Breaks::Yes),
            "was removed, and its sunset was no date",
            EARLY,
        ),
    };
    let found = pairs.find(id, reach, effect, what);
    found.at(Some(operation.node), None).insist(because);
}

const KNOWN: &str = "it was deprecated: whether clients still use it is not in the documents";
const EARLY: &str = "clients may use it until the sunset that was announced";
pub(super) const UNSTABLE: &str = "it was marked as not stable: whether clients use it is not in the documents";

/// Compares an operation that stays.
pub(super) fn compare<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>) {
    let (base, revision) = (matched.base.node, matched.revision.node);
    words(pairs, &matched.sends(), base, revision, OPERATION);
    stability(pairs, &matched.sends(), base, revision, OPERATION_STABILITY);
}

/// Ids of one kind of node: less stable, more stable, unreadable.
type Stability = [&'static str; 3];

const OPERATION_STABILITY: Stability = ["stability-decreased", "stability-increased", "stability-unreadable"];

/// Ids of parameters.
pub(super) const PARAMETER_STABILITY: Stability = [
    "parameter-stability-decreased",
    "parameter-stability-increased",
    "parameter-stability-unreadable",
];

/// Ids of schemas.
const SCHEMA_STABILITY: Stability = [
    "schema-stability-decreased",
    "schema-stability-increased",
    "schema-stability-unreadable",
];

/// Compares the stability that a node of both sides promises.
pub(super) fn stability<'t>(
    pairs: &mut Pairs<'_, 't>,
    reach: &Reach,
    base: Node<'t>,
    revision: Node<'t>,
    ids: Stability,
) {
    let words = [base, revision].map(|node| node.get(STABILITY));
    if let Some((id, effect, what, because)) = promised(words, ids) {
        let found = pairs.find(id, reach.clone(), effect, what);
        found
            .at(words[0].or(Some(base)), words[1].or(Some(revision)))
            .values(plain(words[0]), plain(words[1]))
            .insist(because);
    }
}

/// Compares what the schemas of a pair announce and promise.
pub(super) fn of_schemas(both: &mut SchemaPair<'_, '_, '_>) {
    deprecated(both);
    let words = [both.base, both.revision].map(|shape| shape.stability);
    if let Some((id, effect, what, because)) = promised(words, SCHEMA_STABILITY) {
        let found = both.find(id, effect, what).on(words[0], words[1]);
        found.values(plain(words[0]), plain(words[1])).insist(because);
    }
}

fn deprecated(both: &mut SchemaPair<'_, '_, '_>) {
    let nodes = (both.base.deprecated, both.revision.deprecated);
    let (id, what) = match nodes {
        (None, Some(_)) => ("deprecated", "is deprecated"),
        (Some(_), None) => ("reactivated", "is no longer deprecated"),
        _ => return schema_sunset(both),
    };
    both.find(id, Impact::NONE, what).on(nodes.0, nodes.1);
    schema_sunset(both);
}

/// Compares the days from which a schema is no longer used.
fn schema_sunset(both: &mut SchemaPair<'_, '_, '_>) {
    let (base, revision) = (both.base, both.revision);
    let sides = [base, revision].map(|shape| Deprecation {
        is_deprecated: shape.deprecated.is_some(),
        sunset: shape.sunset,
    });
    let Some(SunsetChange { rule, effect, what }) = sunset(sides) else {
        return;
    };
    let id = [
        "schema-sunset-removed",
        "schema-sunset-unreadable",
        "schema-sunset-changed",
    ][rule];
    let values = (base.sunset.map(written), revision.sunset.map(written));
    let found = both.find(id, effect, what).values(values.0, values.1).insist(NO_DATE);
    found.on(base.sunset.or(base.deprecated), revision.sunset.or(revision.deprecated));
}

/// Returns the text of a node.
fn plain(node: Option<Node<'_>>) -> Option<String> {
    node.and_then(Node::text).map(str::to_owned)
}

/// The word for how stable a node is.
pub(crate) const STABILITY: &str = "x-stability-level";

/// A finding: its id, effect, words and reason.
type Promise = (&'static str, Impact, &'static str, &'static str);

/// Compares two words for stability.
fn promised([base, revision]: [Option<Node<'_>>; 2], ids: Stability) -> Option<Promise> {
    let read = |node: Option<Node<'_>>| match plain(node) {
        None => Some(LEVELS.len() - 1),
        Some(word) => LEVELS.iter().position(|level| *level == word),
    };
    // An old word that nobody can read promised what the absence of the word promises.
    let (old, new) = (read(base).unwrap_or(LEVELS.len() - 1), read(revision));
    if plain(base) == plain(revision) && new.is_some() {
        return None;
    }
    // No rule of the vocabulary tells how far this word covers a part of an operation.
    let promise = if ids == OPERATION_STABILITY {
        Impact::NARROWED
    } else {
        Impact::UNSURE
    };
    match new {
        None => Some((
            ids[2],
            promise,
            "has a word for `x-stability-level` that is none of draft, alpha, beta and stable",
            "the promised stability is unknown",
        )),
        Some(new) if new < old => Some((
            ids[0],
            promise,
            "promises less stability",
            "what was promised to stay may change now",
        )),
        Some(new) if new > old => Some((ids[1], Impact::NONE, "promises more stability", "")),
        Some(_) if read(base).is_none() => Some((ids[1], Impact::NONE, "states its stability", "")),
        Some(_) => None,
    }
}

/// Ids of one kind of node: deprecated, reactivated, sunset removed, sunset unreadable, sunset changed.
pub(super) type LifecycleIds = [&'static str; 5];

const OPERATION: LifecycleIds = [
    "operation-deprecated",
    "operation-reactivated",
    "sunset-removed",
    "sunset-unreadable",
    "sunset-changed",
];

/// Ids of parameters.
pub(super) const PARAMETER: LifecycleIds = [
    "parameter-deprecated",
    "parameter-reactivated",
    "parameter-sunset-removed",
    "parameter-sunset-unreadable",
    "parameter-sunset-changed",
];

/// Ids of headers of answers.
pub(super) const HEADER: LifecycleIds = [
    "header-deprecated",
    "header-reactivated",
    "header-sunset-removed",
    "header-sunset-unreadable",
    "header-sunset-changed",
];

/// Compares `deprecated` and `x-sunset` of a node of both sides.
pub(super) fn words<'t>(
    pairs: &mut Pairs<'_, 't>,
    reach: &Reach,
    base: Node<'t>,
    revision: Node<'t>,
    [deprecated, reactivated, removed, unreadable, changed]: LifecycleIds,
) {
    let sides = [base, revision].map(|node| Deprecation {
        is_deprecated: is_true(node, "deprecated"),
        sunset: node.get("x-sunset"),
    });
    let [old_text, new_text] = sides.map(|side| side.sunset.and_then(Node::text));
    let mut find = |id, effect, what: &str| {
        let found = pairs.find(id, reach.clone(), effect, what);
        found
            .at(Some(base), Some(revision))
            .values(old_text.map(str::to_owned), new_text.map(str::to_owned))
            .insist(NO_DATE);
    };
    match (sides[0].is_deprecated, sides[1].is_deprecated) {
        (false, true) => find(deprecated, Impact::NONE, "is deprecated"),
        (true, false) => find(reactivated, Impact::NONE, "is no longer deprecated"),
        _ => {}
    }
    if let Some(SunsetChange { rule, effect, what }) = sunset(sides) {
        find([removed, unreadable, changed][rule], effect, what);
    }
}

/// The announcement of a node: its deprecation, and the day of its end.
#[derive(Clone, Copy)]
struct Deprecation<'t> {
    is_deprecated: bool,
    sunset: Option<Node<'t>>,
}

/// A change of a sunset: the number of its rule (removed, unreadable, changed), its effect and its words.
struct SunsetChange {
    rule: usize,
    effect: Impact,
    what: &'static str,
}

/// Compares two sunsets, each beside `deprecated`.
fn sunset([old, new]: [Deprecation<'_>; 2]) -> Option<SunsetChange> {
    let (was, is) = (old.is_deprecated, new.is_deprecated);
    let [old, new] = [old, new].map(|one| one.sunset.and_then(Node::text));
    if !is || (old == new && was == is) {
        return None;
    }
    let promise = Impact::CHANGED;
    let (rule, effect, what) = match (old, new) {
        (Some(_), None) if was => (0, promise, "is deprecated and no longer has a sunset"),
        (_, Some(text)) if Day::parse(text).is_none() => (1, promise, "has a sunset that is not a date"),
        (Some(old), Some(new)) if was && Day::parse(old) > Day::parse(new) => {
            (2, Impact::UNSURE, "has an earlier sunset")
        }
        (Some(_), Some(_)) => (2, Impact::NONE, "has another sunset"),
        _ => return None,
    };
    Some(SunsetChange { rule, effect, what })
}
