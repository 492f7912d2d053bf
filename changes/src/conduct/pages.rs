//! Paging.

use sdkwright_contract::ir::{More, Pagination};

use super::book::{At, Book, Says, optional, pointer, quoted};

const CUT: &str = "Applications built with the old contract stop at the first page, or read none: they treat a part of the list as the whole list";
const BOTH: &str = "Let the server support both forms until all partners run the new version.";

/// Compares the paging of an operation.
pub(super) fn compare(book: &mut Book<'_>, at: &At, base: Option<&Pagination>, new: Option<&Pagination>) {
    let name = at.operations.first().cloned().unwrap_or_default();
    let (base, new) = match (base, new) {
        (Some(base), Some(new)) => (base, new),
        (Some(base), None) => {
            let sentence = format!(
                "Applications built with the new contract read one page of `{name}` and treat it as the whole list"
            );
            let says = Says::dangerous(
                "paging-removed",
                format!("the paging of `{name}`"),
                sentence,
                "Check that the response contains the whole list.",
            );
            return book.word(at, quoted(&base.cursor.0), None, says);
        }
        (None, Some(new)) => {
            let sentence = format!(
                "Responses of `{name}` are pages: applications built with the old contract treat the first page as the whole list"
            );
            let says = Says::dangerous(
                "paging-added",
                format!("the paging of `{name}`"),
                sentence,
                "Return the whole list without a cursor until all partners run the new version.",
            );
            return book.word(at, None, quoted(&new.cursor.0), says);
        }
        (None, None) => return,
    };
    let Pagination {
        cursor,
        limit,
        items,
        next,
        more,
    } = base;
    let cut = |word: &str| Says::dangerous("paging-changed", format!("{word} of `{name}`"), CUT, BOTH);
    book.word(
        &at.below("cursor"),
        quoted(&cursor.0),
        quoted(&new.cursor.0),
        cut("the parameter of the cursor"),
    );
    book.word(
        &at.below("items"),
        pointer(items),
        pointer(&new.items),
        cut("the place of the list in a response"),
    );
    book.word(
        &at.below("next"),
        pointer(next),
        pointer(&new.next),
        cut("the place of the next cursor"),
    );
    let end = |more: &Option<More>| {
        more.as_ref()
            .and_then(|More { at, end }| Some(format!("{} is {end}", pointer(at)?)))
    };
    let says = last(&name, more.as_ref(), new.more.as_ref());
    book.word(&at.below("more"), end(more), end(&new.more), says);
    let says = Says::differs(
        "paging-limit-changed",
        format!("the parameter of the page size of `{name}`"),
        "Pages have the size that the server chooses",
    );
    book.word(
        &at.below("limit"),
        optional(limit.as_ref()),
        optional(new.limit.as_ref()),
        says,
    );
}

/// Returns what is said of another sign of the last page. It only ends a list earlier than the cursor does: a program that does not find
/// it reads on.
fn last(name: &str, old: Option<&More>, new: Option<&More>) -> Says {
    let word = format!("the sign of the last page of `{name}`");
    let sentence = match (old, new) {
        (Some(old), Some(new)) if old.at == new.at => return Says::dangerous("paging-changed", word, CUT, BOTH),
        (_, None) => {
            "Applications built with the new contract read on until a response has no cursor: they may request a page after the last one"
        }
        _ => {
            "Applications built with the old contract read on until a response has no cursor: they may request a page after the last one"
        }
    };
    Says::differs("paging-changed", word, sentence)
}
