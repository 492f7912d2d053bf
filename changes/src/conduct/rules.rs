//! Words that the server follows: rules of calls, members of answers that follow from a call, postings and records. The crate does nothing else
//! after them, so that they are read from the contracts and not from the APIs.

use sdkwright_contract::source::Node;

use super::{
    findings::{Advice, Findings, WordLocation, quoted},
    reach::{call, key, operations, types},
};
use crate::contract::{Contract, text};
use crate::shape::{canonical, written};

const TRY: &str = "Run the applications against the local sandbox of the new contract before the change goes live.";

/// A list of one of the words.
#[derive(Clone, Copy)]
struct Word {
    name: &'static str,
    /// Member that two items have in common if one is the other with a change.
    same: &'static str,
    /// Members that decide what the server does; the others are for people.
    decides: &'static [&'static str],
    /// Ids: added, removed, changed, told in other words, in another order.
    ids: [&'static str; 5],
}

const RULES: Word = Word {
    name: "x-rules",
    same: "message",
    decides: &["rule"],
    ids: [
        "rule-added",
        "rule-removed",
        "rule-changed",
        "rule-answer-changed",
        "rules-reordered",
    ],
};

const DERIVED: Word = Word {
    name: "x-derives",
    same: "member",
    decides: &["member", "value"],
    ids: [
        "derived-member-added",
        "derived-member-removed",
        "derived-member-changed",
        "derived-member-changed",
        "derived-members-reordered",
    ],
};

const SCENARIOS: Word = Word {
    name: "x-scenarios",
    same: "name",
    decides: &["when", "refuses", "to", "after", "of", "makes"],
    ids: [
        "scenario-added",
        "scenario-removed",
        "scenario-changed",
        "scenario-told-otherwise",
        "scenarios-reordered",
    ],
};

const POSTINGS: Word = Word {
    name: "x-ledger",
    same: "to",
    decides: &["to", "from", "when", "debit", "credit", "unit", "amount"],
    ids: [
        "posting-added",
        "posting-removed",
        "posting-changed",
        "posting-changed",
        "postings-reordered",
    ],
};

const RECORDS: Word = Word {
    name: "x-records",
    same: "of",
    decides: &["of", "when", "once", "members"],
    ids: [
        "record-added",
        "record-removed",
        "record-changed",
        "record-changed",
        "records-reordered",
    ],
};

/// Compares the words at operations and types that are in both.
pub(super) fn compare(findings: &mut Findings<'_>, sides: [&Contract<'_>; 2]) {
    let at = WordLocation::root("/x-webhooks/causes");
    let says = Advice::differs(
        "causes-changed",
        "what causes events",
        "The server sends events of other changes than before",
    );
    whole(findings, sides, &at, says);
    let says = Advice::differs(
        "seed-changed",
        "what exists at the start",
        "The local sandbox starts with other resources than before",
    );
    whole(findings, sides, &WordLocation::root("/x-seed"), says);
    for (base, new) in operations(findings.base, findings.revision) {
        let at = WordLocation::of(&base.origin.pointer, &new.origin.pointer, vec![call(new)]);
        for word in [RULES, DERIVED, SCENARIOS] {
            lists(findings, sides, &at, word, &call(new));
        }
    }
    for ((_, base), (id, new)) in types(findings.base, findings.revision) {
        let at = WordLocation::of(&base.origin.pointer, &new.origin.pointer, Vec::new());
        for word in [POSTINGS, RULES, RECORDS] {
            if nodes(sides, &at, word).iter().any(|list| !list.is_empty()) {
                let at = WordLocation {
                    operations: findings.reaching(id),
                    ..at.clone()
                };
                lists(findings, sides, &at, word, key(new));
            }
        }
    }
}

/// Compares a word as one value.
fn whole(findings: &mut Findings<'_>, sides: [&Contract<'_>; 2], at: &WordLocation, says: Advice) {
    let nodes = [(sides[0], &at.base), (sides[1], &at.revision)];
    let [old, new] = nodes.map(|(side, pointer)| side.root().and_then(|root| root.at(pointer)));
    if old.map(|word| canonical(word, false)) != new.map(|word| canonical(word, false)) {
        findings.tell(
            at,
            old.map(written).and_then(quoted),
            new.map(written).and_then(quoted),
            says,
        );
    }
}

/// Returns the items of a word on both sides.
fn nodes<'t>(sides: [&Contract<'t>; 2], at: &WordLocation, word: Word) -> [Vec<Node<'t>>; 2] {
    let list = |side: &Contract<'t>, pointer: &str| {
        let list = side.root().and_then(|root| root.at(pointer)?.get(word.name));
        list.into_iter().flat_map(Node::items).collect()
    };
    [list(sides[0], &at.base), list(sides[1], &at.revision)]
}

fn lists(findings: &mut Findings<'_>, sides: [&Contract<'_>; 2], at: &WordLocation, word: Word, owner: &str) {
    let [old, new] = nodes(sides, at, word);
    let whole = |node: &Node<'_>| canonical(*node, false);
    let gone: Vec<Node<'_>> = old
        .iter()
        .filter(|one| !new.iter().any(|other| whole(one) == whole(other)))
        .copied()
        .collect();
    let mut come: Vec<Node<'_>> = new
        .iter()
        .filter(|one| !old.iter().any(|other| whole(one) == whole(other)))
        .copied()
        .collect();
    let decides = |node: &Node<'_>| {
        word.decides
            .iter()
            .map(|key| node.get(key).map(|value| canonical(value, false)))
            .collect::<Vec<_>>()
    };
    if gone.is_empty() && come.is_empty() {
        let order = |nodes: &[Node<'_>]| nodes.iter().map(whole).collect::<Vec<_>>();
        if order(&old) != order(&new) {
            let list = |nodes: &[Node<'_>]| {
                quoted(
                    nodes
                        .iter()
                        .map(|node| shown(word, *node))
                        .collect::<Vec<_>>()
                        .join("; "),
                )
            };
            let says = Advice::differs(
                word.ids[4],
                format!("the order of `{}` of `{owner}`", word.name),
                ordered(word),
            );
            findings.word(&at.below(word.name), list(&old), list(&new), says);
        }
    }
    for one in gone {
        let is_same = |other: &Node<'_>| {
            decides(&one) == decides(other)
                || text(one, word.same).is_some() && text(one, word.same) == text(*other, word.same)
        };
        let other = come.iter().position(is_same).map(|found| come.remove(found));
        let pointer = other.map_or_else(String::new, Node::pointer);
        let place = WordLocation::of(&one.pointer(), &pointer, at.operations.clone());
        let (id, is_decided) = match other {
            None => (word.ids[1], true),
            Some(other) if decides(&one) == decides(&other) => (word.ids[3], false),
            Some(_) => (word.ids[2], true),
        };
        let is_dangerous = other.is_some() && is_decided && word.name != RECORDS.name;
        let says = says(word, id, owner, other.or(Some(one)), is_dangerous);
        let (before, after) = if is_decided {
            (
                quoted(shown(word, one)),
                other.and_then(|other| quoted(shown(word, other))),
            )
        } else {
            (quoted(written(one)), other.and_then(|other| quoted(written(other))))
        };
        findings.tell(&place, before, after, says);
    }
    for one in come {
        let place = WordLocation::of("", &one.pointer(), at.operations.clone());
        let says = says(
            word,
            word.ids[0],
            owner,
            Some(one),
            ![DERIVED.name, RECORDS.name].contains(&word.name),
        );
        findings.word(&place, None, quoted(shown(word, one)), says);
    }
}

/// Returns an item as one text.
fn shown(word: Word, node: Node<'_>) -> String {
    let of = |key: &str| node.get(key).map(written);
    let parts = word.decides.iter().filter_map(|key| Some((key, of(key)?)));
    match word.decides {
        [_] => parts.map(|(_, value)| value).collect(),
        _ => parts
            .map(|(key, value)| format!("{key}: {value}"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn ordered(word: Word) -> &'static str {
    if word.name == RULES.name {
        "A call that breaks several rules gets the code of another rule"
    } else if word.name == SCENARIOS.name {
        "In the local sandbox, a request for several scenarios ends in another one"
    } else {
        "What is computed from what comes before it can have another value"
    }
}

fn says(word: Word, id: &'static str, owner: &str, node: Option<Node<'_>>, is_dangerous: bool) -> Advice {
    let message = node
        .and_then(|node| text(node, "message"))
        .unwrap_or_default()
        .trim_end_matches('.');
    let (what, sentence) = match id {
        "rule-added" | "rule-changed" => (
            "a rule of",
            format!(
                "The server refuses other calls of `{owner}` than before ({message}): applications built with the old contract can be refused"
            ),
        ),
        "rule-removed" => (
            "a rule of",
            format!("The server no longer refuses calls of `{owner}` for it ({message})"),
        ),
        "rule-answer-changed" => (
            "the response to a broken rule of",
            "A refused call gets another code, another place or another text".to_owned(),
        ),
        "scenario-added" => (
            "a scenario of",
            format!("In the local sandbox, a call of `{owner}` can request one more ending ({message})"),
        ),
        "scenario-told-otherwise" => (
            "a scenario of",
            format!("The documentation describes a scenario of `{owner}` differently"),
        ),
        _ if word.name == SCENARIOS.name => (
            "a scenario of",
            format!(
                "In the local sandbox, the values of a call of `{owner}` no longer lead to the same scenario ({message})"
            ),
        ),
        _ if word.name == DERIVED.name => (
            "a computed member of the response of",
            format!(
                "The server computes the response of `{owner}` in another way: values that applications computed beforehand no longer match"
            ),
        ),
        _ if word.name == RECORDS.name => (
            "what makes and follows a",
            format!("The server makes a `{owner}` of other resources, at another moment, or with other members"),
        ),
        _ => (
            "a posting of",
            format!(
                "A transition of `{owner}` posts other amounts or to other accounts: balances are no longer what applications expect"
            ),
        ),
    };
    let what = format!("{what} `{owner}`");
    // A scenario is of the local server alone: no program that is in use meets it.
    if is_dangerous && word.name != SCENARIOS.name {
        Advice::dangerous(id, what, sentence, TRY)
    } else {
        Advice::differs(id, what, sentence)
    }
}
