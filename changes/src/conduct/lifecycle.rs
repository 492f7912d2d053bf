//! Lifecycles: states that end a wait, that need somebody, and steps between states.

use sdkwright_contract::ir::{EnumShape, Lifecycle, Shape, Transition};
use sdkwright_contract::source::Node;

use super::{
    findings::{Advice, Findings, WordLocation, list, optional, quoted},
    reach::{key, types},
};
use crate::contract::{Contract, text};
use crate::shape::{canonical, written};

/// Compares the lifecycles of types that are in both.
pub(super) fn compare(findings: &mut Findings<'_>) {
    for ((_, base), (id, new)) in types(findings.base, findings.revision) {
        let (Shape::Enum(old), Shape::Enum(now)) = (&base.shape, &new.shape) else {
            continue;
        };
        if old.lifecycle == now.lifecycle {
            continue;
        }
        let at =
            WordLocation::of(&base.origin.pointer, &new.origin.pointer, findings.reaching(id)).below("x-lifecycle");
        both(findings, &at, key(new), old, now);
    }
}

fn both(findings: &mut Findings<'_>, at: &WordLocation, name: &str, old: &EnumShape, now: &EnumShape) {
    let word = format!("the lifecycle of `{name}`");
    match (&old.lifecycle, &now.lifecycle) {
        (Some(base), Some(new)) => one(findings, at, name, base, new),
        (Some(base), None) => {
            let says = Advice::differs(
                "lifecycle-removed",
                word,
                format!("Applications no longer know which states of `{name}` are final, and cannot wait for one"),
            );
            findings.word(at, list(&base.terminal), None, says);
        }
        (None, Some(new)) => {
            let says = Advice::differs(
                "lifecycle-added",
                word,
                format!("Applications can wait for a final state of `{name}`"),
            );
            findings.word(at, None, list(&new.terminal), says);
        }
        (None, None) => {}
    }
}

fn one(findings: &mut Findings<'_>, at: &WordLocation, name: &str, base: &Lifecycle, new: &Lifecycle) {
    let Lifecycle {
        // The source of a lifecycle changes nothing that a program does.
        is_unconfirmed: _,
        initial,
        done,
        terminal,
        needs_action,
        transitions,
    } = base;
    let says = Advice::differs(
        "lifecycle-initial-changed",
        format!("the first state of `{name}`"),
        format!("A new `{name}` begins in another state"),
    );
    findings.word(
        &at.below("initial"),
        optional(initial.as_ref()),
        optional(new.initial.as_ref()),
        says,
    );
    for (key, meaning, old, now) in [
        ("done", "done", done, &new.done),
        ("terminal", "an end", terminal, &new.terminal),
    ] {
        let lost = minus(old, now);
        let sentence = format!(
            "Applications built with the old contract treat {} of `{name}` as {meaning}, although it is not final: they book or ship too early",
            list(&lost).unwrap_or_default()
        );
        let says = Advice::dangerous(
            "lifecycle-end-removed",
            format!("a state of `{name}` that is {key}"),
            sentence,
            "Let partners run the new version before the server uses the change.",
        );
        let are = |states: &[String]| if states.len() == 1 { "is" } else { "are" };
        let text = format!(
            "{} of `{name}` {} no longer {key}",
            list(&lost).unwrap_or_default(),
            are(&lost)
        );
        findings.told(&at.below(key), list(&lost), None, says, text);
        let gained = minus(now, old);
        let sentence = format!(
            "Applications built with the old contract do not treat {} of `{name}` as {meaning}: they wait until their deadline",
            list(&gained).unwrap_or_default()
        );
        let says = Advice::differs(
            "lifecycle-end-added",
            format!("a state of `{name}` that is {key}"),
            sentence,
        );
        let text = format!(
            "{} of `{name}` {} {key}",
            list(&gained).unwrap_or_default(),
            are(&gained)
        );
        findings.told(&at.below(key), None, list(&gained), says, text);
    }
    let says = Advice::differs(
        "lifecycle-action-changed",
        format!("the states of `{name}` that wait for the partner"),
        "Applications alert their operators in other states",
    );
    findings.word(
        &at.below("needsAction"),
        list(&sorted(needs_action)),
        list(&sorted(&new.needs_action)),
        says,
    );
    let steps = |transitions: &[Transition]| -> Vec<String> {
        transitions
            .iter()
            .map(|Transition { from, to, by }| format!("{from} to {to} by {by}"))
            .collect()
    };
    let (old, now) = (steps(transitions), steps(&new.transitions));
    let says = || {
        Advice::differs(
            "lifecycle-step-changed",
            format!("a step of `{name}`"),
            format!("A `{name}` takes other ways between its states"),
        )
    };
    let (lost, gained) = (minus(&old, &now), minus(&now, &old));
    findings.word(&at.below("transitions"), list(&lost), list(&gained), says());
}

fn minus(all: &[String], without: &[String]) -> Vec<String> {
    all.iter().filter(|one| !without.contains(one)).cloned().collect()
}

fn sorted(texts: &[String]) -> Vec<String> {
    let mut sorted = texts.to_vec();
    sorted.sort();
    sorted
}

/// Compares steps as the server makes them: when, under which condition, and what they set. An SDK does nothing with these words, so
/// that they are read from the contracts and not from the APIs.
pub(super) fn server_steps(findings: &mut Findings<'_>, sides: [&Contract<'_>; 2]) {
    for ((_, base), (id, new)) in types(findings.base, findings.revision) {
        if !matches!((&base.shape, &new.shape), (Shape::Enum(_), Shape::Enum(_))) {
            continue;
        }
        let at = WordLocation::of(&base.origin.pointer, &new.origin.pointer, Vec::new()).below("x-lifecycle");
        let word = |side: usize, pointer: &str| sides[side].root().and_then(|root| root.at(pointer));
        let (Some(old), Some(now)) = (word(0, &at.base), word(1, &at.revision)) else {
            continue;
        };
        let at = WordLocation {
            operations: findings.reaching(id),
            ..at
        };
        usable(findings, &at, key(new), [old, now]);
        steps(findings, &at, key(new), [old, now]);
    }
}

fn usable(findings: &mut Findings<'_>, at: &WordLocation, name: &str, lifecycles: [Node<'_>; 2]) {
    let says = Advice::dangerous(
        "lifecycle-usable-changed",
        format!("the states in which a `{name}` can be named"),
        format!("The server takes a `{name}` in other states than before: calls that name one can be refused"),
        "Run the applications against the local sandbox of the new contract before the change goes live.",
    );
    let [old, now] = lifecycles.map(|lifecycle| lifecycle.get("usable").map(sorted_states));
    findings.word(&at.below("usable"), old.and_then(quoted), now.and_then(quoted), says);
}

fn sorted_states(list: Node<'_>) -> String {
    let mut states: Vec<&str> = list.items().filter_map(Node::text).collect();
    states.sort_unstable();
    states.join(", ")
}

fn steps(findings: &mut Findings<'_>, at: &WordLocation, name: &str, lifecycles: [Node<'_>; 2]) {
    let [old, now] = lifecycles.map(|lifecycle| {
        let list = lifecycle.get("transitions").into_iter().flat_map(Node::items);
        list.collect::<Vec<_>>()
    });
    let mut seen = Vec::new();
    for step in &old {
        let way = way(*step);
        if seen.contains(&way) {
            continue;
        }
        let [before, after] = [&old, &now].map(|all| of_way(all, way));
        seen.push(way);
        // Ways that only one side has are told with the lifecycle.
        let Some(first) = after.first() else { continue };
        let place = WordLocation::of(&step.pointer(), &first.pointer(), at.operations.clone());
        let [from, to, by] = way.map(Option::unwrap_or_default);
        let says = Advice::differs(
            "lifecycle-step-conditions-changed",
            format!("the step of `{name}` from `{from}` to `{to}` by `{by}`"),
            format!(
                "The server makes this step of a `{name}` at another time, under another condition, or sets other members"
            ),
        );
        if shown(&before, &same) != shown(&after, &same) {
            findings.tell(
                &place,
                quoted(shown(&before, &written)),
                quoted(shown(&after, &written)),
                says,
            );
        }
    }
    // Of several steps that are due, the first is made.
    let order = |all: &[Node<'_>], others: &[Node<'_>]| -> Vec<String> {
        let both = all.iter().filter(|step| !of_way(others, way(**step)).is_empty());
        both.map(|step| way(*step).map(Option::unwrap_or_default).join(" "))
            .collect()
    };
    let (before, after) = (order(&old, &now), order(&now, &old));
    if before != after && sorted_texts(&before) == sorted_texts(&after) {
        let says = Advice::differs(
            "lifecycle-steps-reordered",
            format!("the order of the steps of `{name}`"),
            format!("Where several steps of a `{name}` are due, the server makes another one first"),
        );
        let list = |steps: &[String]| quoted(steps.join("; "));
        findings.word(&at.below("transitions"), list(&before), list(&after), says);
    }
}

fn sorted_texts(texts: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = texts.iter().collect();
    sorted.sort_unstable();
    sorted
}

/// Returns from where to where a step goes, and who makes it.
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
fn shown(steps: &[Node<'_>], text: &dyn Fn(Node<'_>) -> String) -> String {
    let one = |step: &Node<'_>| {
        let words = ["after", "when", "set"].iter();
        let words = words.filter_map(|key| Some(format!("{key}: {}", text(step.get(key)?))));
        words.collect::<Vec<_>>().join(", ")
    };
    let said = |words: String| if words.is_empty() { "at once".to_owned() } else { words };
    steps.iter().map(one).map(said).collect::<Vec<_>>().join("; ")
}
