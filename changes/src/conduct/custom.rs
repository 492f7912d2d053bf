//! Words that need a function: what a change of them means depends on other words, or on which items of two lists are the same.

use std::collections::BTreeSet;

use sdkwright_contract::document::ledger::ObjectKind;
use sdkwright_contract::ir::{Api, Operation, SecurityKind, Server, ServerVariable, Word as _};
use sdkwright_contract::source::Node;

use super::judge::{Advice, Extended, Findings, Judge, ObjectPair, WordRule, danger, differs};
use super::objects::{call, has_row, operations, signed};
use super::values::{list, sorted};
use crate::contract::{Contract, is_true, split, text, unnamed};
use crate::shape::{canonical, written};

/// Compares whether operations are signed: one finding for those that take it from the root. A scheme that is gone, or new, says it of all
/// operations.
pub(super) fn signatures(findings: &mut Findings<'_, '_>, _: &ObjectPair<'_>, rule: &WordRule) {
    let [base, revision] = findings.apis;
    if signed(base).is_empty() || signed(revision).is_empty() {
        return;
    }
    let mut groups: Vec<(ObjectPair<'_>, bool)> = Vec::new();
    for (old, new) in operations(base, revision) {
        let is = is_signed(revision, new);
        if is_signed(base, old) == is {
            continue;
        }
        let own = [old, new].map(|operation| format!("{}/security", operation.origin.pointer));
        let has_own = |side: usize| findings.contracts[side].at(&own[side]).is_some();
        let at = if has_own(0) || has_own(1) {
            own
        } else {
            ["/security"; 2].map(str::to_owned)
        };
        match groups.iter_mut().find(|(pair, signs)| *signs == is && pair.at == at) {
            Some((pair, _)) => pair.operations.push(call(new)),
            None => groups.push((
                ObjectPair {
                    at,
                    operations: vec![call(new)],
                    ..ObjectPair::default()
                },
                is,
            )),
        }
    }
    for (mut pair, is) in groups {
        pair.owner = match &pair.operations[..] {
            [only] => format!("`{only}`"),
            all => format!("{} operations", all.len()),
        };
        let mut values = ["`not signed`", "`signed`"].map(|value| Some(value.to_owned()));
        if !is {
            values.reverse();
        }
        findings.report(rule, &pair, if is { rule.added } else { rule.removed }, values);
    }
}

fn is_signed(api: &Api, operation: &Operation) -> bool {
    let schemes = operation.security.iter().flatten();
    let mut kinds = schemes.filter_map(|(at, _)| api.security.get(*at).map(|scheme| &scheme.kind));
    kinds.any(|kind| matches!(kind, SecurityKind::Signing(_)))
}

/// Compares the problem codes of an operation. A code that is new or gone everywhere is one finding, as a row of the registry.
pub(super) fn codes(findings: &mut Findings<'_, '_>, pair: &ObjectPair<'_>, rule: &WordRule) {
    let Some([old, new]) = findings.values(rule, pair) else {
        return;
    };
    let [base, revision] = findings.apis;
    let of_operation = |codes: Vec<String>| {
        let mut codes = codes;
        codes.retain(|code| has_row(base, code) == has_row(revision, code));
        list(&codes)
    };
    let (gained, lost) = (of_operation(new.without(&old)), of_operation(old.without(&new)));
    findings.report(rule, pair, rule.added, [None, gained]);
    findings.report(rule, pair, rule.removed, [lost, None]);
}

/// Compares the place that an operation is sent to.
pub(super) fn places(findings: &mut Findings<'_, '_>, pair: &ObjectPair<'_>, rule: &WordRule) {
    let [Some(Extended::Operation(old)), Some(Extended::Operation(new))] = pair.objects else {
        return;
    };
    let [base, revision] = findings.apis;
    if old.key == new.key && places_of(base, old) != places_of(revision, new) && call(old) != call(new) {
        let pair = ObjectPair {
            owner: new.id.clone(),
            ..pair.clone()
        };
        findings.report(
            rule,
            &pair,
            rule.changed,
            [old, new].map(|one| Some(format!("`{}`", call(one)))),
        );
    }
}

/// Returns the method of an operation with its paths after the hosts of its servers; names of parameters do not count.
fn places_of(api: &Api, operation: &Operation) -> BTreeSet<String> {
    let own = Some(&operation.servers).filter(|servers| !servers.is_empty());
    let servers = own.unwrap_or(&api.servers);
    let filled = |server: &Server| {
        let fill =
            |url: String, variable: &ServerVariable| url.replace(&format!("{{{}}}", variable.name), &variable.default);
        let url = server.variables.iter().fold(server.url.clone(), fill);
        split(url.trim_end_matches('/')).1.to_owned()
    };
    let mut bases: Vec<String> = servers.iter().map(filled).collect();
    if bases.is_empty() {
        bases.push(String::new());
    }
    let path = unnamed(&operation.path);
    let all = bases
        .iter()
        .map(|base| format!("{} {base}{path}", operation.method.token()));
    all.collect()
}

/// Compares the sign of the last page. It only ends a list earlier than the cursor does: a program that does not find it reads on. At the same
/// place with another value, it ends a list too early.
pub(super) fn last_page(findings: &mut Findings<'_, '_>, pair: &ObjectPair<'_>, rule: &WordRule) {
    let (Some([old, new]), [Some(Extended::Paging(base)), Some(Extended::Paging(revision))]) =
        (findings.values(rule, pair), pair.objects)
    else {
        return;
    };
    let advice = match (&base.more, &revision.more) {
        (Some(old), Some(new)) if old.at == new.at => rule.changed,
        (_, None) => rule.removed,
        _ => rule.added,
    };
    if base.more != revision.more {
        findings.report(rule, pair, advice, [old.shown(), new.shown()]);
    }
}

/// Compares the outcomes of a problem code, and those of operations that create a resource where they differ from the others.
pub(super) fn outcomes(findings: &mut Findings<'_, '_>, pair: &ObjectPair<'_>, rule: &WordRule) {
    let [Some(Extended::Problem(old)), Some(Extended::Problem(new))] = pair.objects else {
        return;
    };
    let (others, creating) = ([old.outcome, new.outcome], [old.creating, new.creating]);
    let both = [Some(others), Some(creating).filter(|creating| *creating != others)];
    for outcomes in both.into_iter().flatten().filter(|[old, new]| old != new) {
        let advice = match outcomes[1] {
            sdkwright_contract::ir::RowOutcome::Unknown => rule.removed,
            sdkwright_contract::ir::RowOutcome::NotExecuted => rule.added,
        };
        findings.report(
            rule,
            pair,
            advice,
            outcomes.map(|one| Some(format!("`{}`", one.word()))),
        );
    }
}

/// Compares the header of the request id: another one is worse if the server requires an id.
pub(super) fn request_id(findings: &mut Findings<'_, '_>, pair: &ObjectPair<'_>, rule: &WordRule) {
    let is_required = |side: &Contract<'_>| {
        side.at("/x-sdk/requestId")
            .is_some_and(|word| is_true(word, "required"))
    };
    let mut rule = *rule;
    (rule.judge, rule.added) = (Judge::Text, rule.removed);
    if is_required(findings.contracts[1]) {
        (rule.removed, rule.added) = (rule.changed, rule.changed);
    } else {
        rule.changed = rule.removed;
    }
    findings.compare(&rule, pair);
}

/// Compares the steps between states as the server makes them: when, under which condition, and what they set.
pub(super) fn steps(findings: &mut Findings<'_, '_>, pair: &ObjectPair<'_>, rule: &WordRule) {
    let [old, new] = findings.nodes(rule, pair).map(items);
    let mut seen = Vec::new();
    for step in &old {
        let way = way(*step);
        if seen.contains(&way) {
            continue;
        }
        let [before, after] = [&old, &new].map(|all| of_way(all, way));
        seen.push(way);
        // Ways that only one side has are a change of the lifecycle.
        let Some(first) = after.first() else { continue };
        if shown_steps(&before, &same) != shown_steps(&after, &same) {
            let [from, to, by] = way.map(Option::unwrap_or_default);
            let step = ObjectPair {
                at: [step.pointer(), first.pointer()],
                note: format!("from `{from}` to `{to}` by `{by}`"),
                ..pair.clone()
            };
            let shown = [before, after].map(|steps| Some(format!("`{}`", shown_steps(&steps, &written))));
            findings.report(&rule.at(""), &step, rule.changed, shown);
        }
    }
}

/// Compares the order of steps: of several that are due, the server makes the first.
pub(super) fn order_of_steps(findings: &mut Findings<'_, '_>, pair: &ObjectPair<'_>, rule: &WordRule) {
    let [old, new] = findings.nodes(rule, pair).map(items);
    let order = |all: &[Node<'_>], others: &[Node<'_>]| -> Vec<String> {
        let both = all.iter().filter(|step| !of_way(others, way(**step)).is_empty());
        both.map(|step| way(*step).map(Option::unwrap_or_default).join(" "))
            .collect()
    };
    let orders = [order(&old, &new), order(&new, &old)];
    if orders[0] != orders[1] && sorted(&orders[0]) == sorted(&orders[1]) {
        let shown = orders.map(|steps| Some(format!("`{}`", steps.join("; "))));
        findings.report(rule, pair, rule.changed, shown);
    }
}

fn items(list: Option<Node<'_>>) -> Vec<Node<'_>> {
    list.into_iter().flat_map(Node::items).collect()
}

/// Returns the start and the end of a step, and who makes it.
fn way(step: Node<'_>) -> [Option<&str>; 3] {
    ["from", "to", "by"].map(|key| text(step, key))
}

fn of_way<'t>(all: &[Node<'t>], of: [Option<&str>; 3]) -> Vec<Node<'t>> {
    all.iter().filter(|step| way(**step) == of).copied().collect()
}

/// Returns a value as text that is equal for equal values.
fn same(value: Node<'_>) -> String {
    canonical(value, false)
}

/// Returns what the server does in steps of one way, each value as `text` has it.
fn shown_steps(steps: &[Node<'_>], text: &dyn Fn(Node<'_>) -> String) -> String {
    let one = |step: &Node<'_>| {
        let words = ["after", "when", "set"].iter();
        let words = words.filter_map(|key| Some(format!("{key}: {}", text(step.get(key)?))));
        let words = words.collect::<Vec<_>>().join(", ");
        if words.is_empty() { "at once".to_owned() } else { words }
    };
    steps.iter().map(one).collect::<Vec<_>>().join("; ")
}

const REFUSES: &str = "The server refuses other calls of `{owner}` than before ({note}): applications built with the old contract can be refused";
const COMPUTED: &str = "The server computes the response of `{owner}` in another way: values that applications computed beforehand no longer match";
const ENDING: &str =
    "In the local sandbox, the values of a call of `{owner}` no longer lead to the same scenario ({note})";
const POSTED: &str = "A transition of `{owner}` posts other amounts or to other accounts: balances are no longer what applications expect";
const MADE: &str = "The server makes a `{owner}` of other resources, at another moment, or with other members";
const IN_ORDER: &str = "What is computed from what comes before it can have another value";

pub(super) const TRY: &str =
    "Run the applications against the local sandbox of the new contract before the change goes live.";
const ORDER: &str = "the order of `{word}` of `{owner}`";

/// A list of rules that the server follows.
pub(super) struct ServerList {
    /// The kind of its items.
    pub(super) kind: ObjectKind,
    /// Member that two items have in common if one is the other with a change.
    pub(super) name: &'static str,
    /// Members for people: all others decide what the server does.
    pub(super) texts: &'static [&'static str],
    pub(super) removed: Advice,
    pub(super) added: Advice,
    pub(super) changed: Advice,
    /// Advice if only the texts of an item changed.
    pub(super) reworded: Advice,
    pub(super) reordered: Advice,
}

pub(super) const CONDITIONS: ServerList = ServerList {
    kind: ObjectKind::Condition,
    name: "message",
    texts: &["message", "code", "at"],
    removed: differs(
        "rule-removed",
        "The server no longer refuses calls of `{owner}` for it ({note})",
    ),
    added: danger("rule-added", REFUSES, TRY),
    changed: danger("rule-changed", REFUSES, TRY),
    reworded: differs(
        "rule-answer-changed",
        "A refused call gets another code, another place or another text",
    )
    .about("the response to a broken rule of `{owner}`"),
    reordered: differs(
        "rules-reordered",
        "A call that breaks several rules gets the code of another rule",
    ),
};
pub(super) const DERIVED: ServerList = ServerList {
    kind: ObjectKind::Derived,
    name: "member",
    texts: &[],
    removed: differs("derived-member-removed", COMPUTED),
    added: differs("derived-member-added", COMPUTED),
    changed: danger("derived-member-changed", COMPUTED, TRY),
    reworded: differs("derived-member-changed", COMPUTED),
    reordered: differs("derived-members-reordered", IN_ORDER),
};
pub(super) const SCENARIOS: ServerList = ServerList {
    kind: ObjectKind::Scenario,
    name: "name",
    texts: &["name", "message"],
    removed: differs("scenario-removed", ENDING),
    added: differs(
        "scenario-added",
        "In the local sandbox, a call of `{owner}` can request one more ending ({note})",
    ),
    changed: differs("scenario-changed", ENDING),
    reworded: differs(
        "scenario-told-otherwise",
        "The documentation describes a scenario of `{owner}` differently",
    ),
    reordered: differs(
        "scenarios-reordered",
        "In the local sandbox, a request for several scenarios ends in another one",
    ),
};
pub(super) const POSTINGS: ServerList = ServerList {
    kind: ObjectKind::Posting,
    name: "to",
    texts: &[],
    removed: differs("posting-removed", POSTED),
    added: danger("posting-added", POSTED, TRY),
    changed: danger("posting-changed", POSTED, TRY),
    reworded: differs("posting-changed", POSTED),
    reordered: differs("postings-reordered", IN_ORDER),
};
pub(super) const RECORDS: ServerList = ServerList {
    kind: ObjectKind::Recording,
    name: "of",
    texts: &[],
    removed: differs("record-removed", MADE),
    added: differs("record-added", MADE),
    changed: differs("record-changed", MADE),
    reworded: differs("record-changed", MADE),
    reordered: differs("records-reordered", IN_ORDER),
};

impl ServerList {
    /// Returns the members of an item that decide what the server does: all of the ledger but the texts.
    fn deciding(&self) -> Vec<&'static str> {
        let words = self.kind.rows().iter().map(|row| row.keyword);
        words.filter(|word| !self.texts.contains(word)).collect()
    }

    /// Returns an item as one text.
    fn shown(&self, item: Node<'_>) -> String {
        let deciding = self.deciding();
        let parts = deciding.iter().filter_map(|key| Some((key, written(item.get(key)?))));
        match deciding[..] {
            [_] => parts.map(|(_, value)| value).collect(),
            _ => parts
                .map(|(key, value)| format!("{key}: {value}"))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    /// Returns true if two items decide the same.
    fn is_same(&self, one: Node<'_>, other: Node<'_>) -> bool {
        let value = |item: Node<'_>, key: &str| item.get(key).map(same);
        self.deciding().iter().all(|key| value(one, key) == value(other, key))
    }

    /// Compares the lists of two objects.
    pub(super) fn compare(&self, findings: &mut Findings<'_, '_>, pair: &ObjectPair<'_>, rule: &WordRule) {
        let [old, new] = findings.nodes(rule, pair).map(items);
        let without = |all: &[Node<'_>], others: &[Node<'_>]| -> Vec<usize> {
            let is_new = |at: &usize| !others.iter().any(|other| same(*other) == same(all[*at]));
            (0..all.len()).filter(is_new).collect()
        };
        let (gone, mut come) = (without(&old, &new), without(&new, &old));
        if gone.is_empty() && come.is_empty() && !old.iter().copied().map(same).eq(new.iter().copied().map(same)) {
            let shown = |list: &[Node<'_>]| {
                let items: Vec<String> = list.iter().map(|item| self.shown(*item)).collect();
                Some(format!("`{}`", items.join("; ")))
            };
            let reordered = self.reordered.about(ORDER);
            findings.report(rule, pair, Some(reordered), [shown(&old), shown(&new)]);
        }
        let mut report = |one: Option<Node<'_>>, other: Option<Node<'_>>, advice: Option<Advice>, is_text: bool| {
            let message = other.or(one).and_then(|item| text(item, "message")).unwrap_or_default();
            let item = ObjectPair {
                at: [one, other].map(|item| item.map_or_else(String::new, Node::pointer)),
                note: message.trim_end_matches('.').to_owned(),
                ..pair.clone()
            };
            let shown = |item: Node<'_>| if is_text { written(item) } else { self.shown(item) };
            let shown = [one, other].map(|item| item.map(|item| format!("`{}`", shown(item))));
            findings.report(&rule.at(""), &item, advice, shown);
        };
        for one in gone.into_iter().map(|at| old[at]) {
            let has_name =
                |other: Node<'_>| text(one, self.name).is_some_and(|name| text(other, self.name) == Some(name));
            let other = come
                .iter()
                .position(|at| self.is_same(one, new[*at]) || has_name(new[*at]));
            let other = other.map(|at| new[come.remove(at)]);
            match other {
                None => report(Some(one), None, Some(self.removed), false),
                Some(other) if self.is_same(one, other) => report(Some(one), Some(other), Some(self.reworded), true),
                Some(_) => report(Some(one), other, Some(self.changed), false),
            }
        }
        for one in come {
            report(None, Some(new[one]), Some(self.added), false);
        }
    }
}
