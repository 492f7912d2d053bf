//! Lifecycles: states that end a wait, that need somebody, and steps between states.

use sdkwright_contract::ir::{EnumShape, Lifecycle, Shape, Transition};

use super::{
    api::{key, types},
    book::{At, Book, Says, list, optional},
};

/// Compares the lifecycles of types that are in both.
pub(super) fn compare(book: &mut Book<'_>) {
    for ((_, base), (id, new)) in types(book.base, book.revision) {
        let (Shape::Enum(old), Shape::Enum(now)) = (&base.shape, &new.shape) else {
            continue;
        };
        if old.lifecycle == now.lifecycle {
            continue;
        }
        let at = At::of(&base.origin.pointer, &new.origin.pointer, book.reaching(id)).below("x-lifecycle");
        both(book, &at, key(new), old, now);
    }
}

fn both(book: &mut Book<'_>, at: &At, name: &str, old: &EnumShape, now: &EnumShape) {
    let word = format!("the lifecycle of `{name}`");
    match (&old.lifecycle, &now.lifecycle) {
        (Some(base), Some(new)) => one(book, at, name, base, new),
        (Some(base), None) => {
            let says = Says::differs(
                "lifecycle-removed",
                word,
                format!("Applications no longer know which states of `{name}` are final, and cannot wait for one"),
            );
            book.word(at, list(&base.terminal), None, says);
        }
        (None, Some(new)) => {
            let says = Says::differs(
                "lifecycle-added",
                word,
                format!("Applications can wait for a final state of `{name}`"),
            );
            book.word(at, None, list(&new.terminal), says);
        }
        (None, None) => {}
    }
}

fn one(book: &mut Book<'_>, at: &At, name: &str, base: &Lifecycle, new: &Lifecycle) {
    let Lifecycle {
        // The source of a lifecycle changes nothing that a program does.
        is_unconfirmed: _,
        initial,
        done,
        terminal,
        needs_action,
        transitions,
    } = base;
    let says = Says::differs(
        "lifecycle-initial-changed",
        format!("the first state of `{name}`"),
        format!("A new `{name}` begins in another state"),
    );
    book.word(
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
        let says = Says::dangerous(
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
        book.told(&at.below(key), list(&lost), None, says, text);
        let gained = minus(now, old);
        let sentence = format!(
            "Applications built with the old contract do not treat {} of `{name}` as {meaning}: they wait until their deadline",
            list(&gained).unwrap_or_default()
        );
        let says = Says::differs(
            "lifecycle-end-added",
            format!("a state of `{name}` that is {key}"),
            sentence,
        );
        let text = format!(
            "{} of `{name}` {} {key}",
            list(&gained).unwrap_or_default(),
            are(&gained)
        );
        book.told(&at.below(key), None, list(&gained), says, text);
    }
    let says = Says::differs(
        "lifecycle-action-changed",
        format!("the states of `{name}` that wait for the partner"),
        "Applications alert their operators in other states",
    );
    book.word(
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
        Says::differs(
            "lifecycle-step-changed",
            format!("a step of `{name}`"),
            format!("A `{name}` takes other ways between its states"),
        )
    };
    let (lost, gained) = (minus(&old, &now), minus(&now, &old));
    book.word(&at.below("transitions"), list(&lost), list(&gained), says());
}

fn minus(all: &[String], without: &[String]) -> Vec<String> {
    all.iter().filter(|one| !without.contains(one)).cloned().collect()
}

fn sorted(texts: &[String]) -> Vec<String> {
    let mut sorted = texts.to_vec();
    sorted.sort();
    sorted
}
