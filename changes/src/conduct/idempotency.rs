//! Idempotency keys: header, length, retention, marks and codes.

use sdkwright_contract::ir::Idempotency;

use super::book::{At, Book, Says, duration, optional, quoted};

const TWICE: &str = "The server no longer recognizes keys of applications built with the old contract: their retries may be executed twice";
const FIRST: &str = "Let the server accept both headers until all partners run the new version.";

/// Compares the root word `x-idempotency`.
pub(super) fn compare(book: &mut Book<'_>) {
    let at = At::root("/x-idempotency");
    match (&book.base.idempotency, &book.revision.idempotency) {
        (Some(base), Some(new)) => one(book, &at, base, new),
        (Some(base), None) => {
            let says = Says::dangerous(
                "idempotency-removed",
                "the idempotency key",
                "Applications built with the new contract send no key: their retries after a lost response are executed twice",
                "State where the key is sent now, or remove every retry of a mutation.",
            );
            book.word(&at, quoted(&base.header), None, says);
        }
        (None, Some(new)) => {
            let says = Says::differs(
                "idempotency-added",
                "the idempotency key",
                "Mutations can be retried with the same key",
            );
            book.word(&at, None, quoted(&new.header), says);
        }
        (None, None) => {}
    }
}

fn one(book: &mut Book<'_>, at: &At, base: &Idempotency, new: &Idempotency) {
    let Idempotency {
        header,
        key_length,
        retention,
        replayed,
        conflict,
        in_progress,
    } = base;
    book.header(
        &at.below("header"),
        Some(header),
        Some(&new.header),
        Says::dangerous(
            "idempotency-header-changed",
            "the header of the idempotency key",
            TWICE,
            FIRST,
        ),
    );
    let range = |(least, most): (u32, u32)| Some(format!("{least} to {most} characters"));
    let narrower = new.key_length.0 > key_length.0 || new.key_length.1 < key_length.1;
    let says = if narrower {
        Says::dangerous(
            "idempotency-key-narrowed",
            "the length of an idempotency key",
            "The server refuses keys that were allowed: actions whose keys are already recorded can no longer be retried",
            "Check the length of keys that partners have recorded.",
        )
    } else {
        Says::differs(
            "idempotency-key-widened",
            "the length of an idempotency key",
            "Longer or shorter keys are accepted as well",
        )
    };
    book.word(&at.below("key"), range(*key_length), range(new.key_length), says);
    let (old, now) = (duration(*retention), duration(new.retention));
    let says = if new.retention < *retention {
        Says::dangerous(
            "idempotency-retention-shortened",
            "the retention of idempotency keys",
            format!(
                "The server forgets a key after {now} instead of {old}: an application that retries an action after {now} executes it twice"
            ),
            "Let partners run a version that knows the shorter retention before the server forgets earlier.",
        )
    } else {
        Says::differs(
            "idempotency-retention-extended",
            "the retention of idempotency keys",
            format!("The server remembers a key for {now} instead of {old}"),
        )
    };
    book.word(&at.below("retention"), Some(old), Some(now), says);
    let mark = |mark: &Option<(String, String)>| {
        mark.as_ref()
            .and_then(|(header, value)| quoted(format_args!("{header}: {value}")))
    };
    let read = |mark: &Option<(String, String)>| {
        let mark = mark.as_ref();
        mark.map(|(header, value)| (header.to_ascii_lowercase(), value.clone()))
    };
    if read(replayed) != read(&new.replayed) {
        let says = Says::differs(
            "idempotency-mark-changed",
            "the mark of a replayed answer",
            "Applications built with the old contract no longer distinguish a replayed response from a new one",
        );
        book.word(&at.below("replayed"), mark(replayed), mark(&new.replayed), says);
    }
    for (key, old, new, sentence) in [
        (
            "conflict",
            conflict,
            &new.conflict,
            "Applications built with the old contract no longer recognize a key that was used for another request",
        ),
        (
            "inProgress",
            in_progress,
            &new.in_progress,
            "Applications built with the old contract no longer recognize an action that is still running, and stop waiting for it",
        ),
    ] {
        let says = Says::differs(
            "idempotency-problem-changed",
            format!("the problem code of a key (`{key}`)"),
            sentence,
        );
        book.word(
            &at.below("problems").below(key),
            optional(old.as_ref()),
            optional(new.as_ref()),
            says,
        );
    }
}
