//! Steps of a lifecycle as the server makes them: when, under which condition, and what they set.
//!
//! An SDK does nothing with these words, so that they are read from the contracts and not from the APIs.

use sdkwright_contract::ir::Shape;
use sdkwright_contract::source::Node;

use super::{
    api::{key, types},
    book::{At, Book, Says, quoted},
};
use crate::contract::{Contract, text};
use crate::shape::{canonical, written};

/// Compares the lifecycles of types that are in both.
pub(super) fn compare(book: &mut Book<'_>, sides: [&Contract<'_>; 2]) {
    for ((_, base), (id, new)) in types(book.base, book.revision) {
        if !matches!((&base.shape, &new.shape), (Shape::Enum(_), Shape::Enum(_))) {
            continue;
        }
        let at = At::of(&base.origin.pointer, &new.origin.pointer, Vec::new()).below("x-lifecycle");
        let word = |side: usize, pointer: &str| sides[side].root().and_then(|root| root.at(pointer));
        let (Some(old), Some(now)) = (word(0, &at.base), word(1, &at.revision)) else {
            continue;
        };
        let at = At {
            operations: book.reaching(id),
            ..at
        };
        usable(book, &at, key(new), [old, now]);
        steps(book, &at, key(new), [old, now]);
    }
}

fn usable(book: &mut Book<'_>, at: &At, name: &str, lifecycles: [Node<'_>; 2]) {
    let says = Says::dangerous(
        "lifecycle-usable-changed",
        format!("the states in which a `{name}` can be named"),
        format!("The server takes a `{name}` in other states than before: calls that name one can be refused"),
        "Run the applications against the local sandbox of the new contract before the change goes live.",
    );
    let [old, now] = lifecycles.map(|lifecycle| lifecycle.get("usable").map(sorted));
    book.word(&at.below("usable"), old.and_then(quoted), now.and_then(quoted), says);
}

fn sorted(list: Node<'_>) -> String {
    let mut states: Vec<&str> = list.items().filter_map(Node::text).collect();
    states.sort_unstable();
    states.join(", ")
}

fn steps(book: &mut Book<'_>, at: &At, name: &str, lifecycles: [Node<'_>; 2]) {
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
        let place = At::of(&step.pointer(), &first.pointer(), at.operations.clone());
        let [from, to, by] = way.map(Option::unwrap_or_default);
        let says = Says::differs(
            "lifecycle-step-conditions-changed",
            format!("the step of `{name}` from `{from}` to `{to}` by `{by}`"),
            format!(
                "The server makes this step of a `{name}` at another time, under another condition, or sets other members"
            ),
        );
        if shown(&before, &same) != shown(&after, &same) {
            book.tell(
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
        let says = Says::differs(
            "lifecycle-steps-reordered",
            format!("the order of the steps of `{name}`"),
            format!("Where several steps of a `{name}` are due, the server makes another one first"),
        );
        let list = |steps: &[String]| quoted(steps.join("; "));
        book.word(&at.below("transitions"), list(&before), list(&after), says);
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
