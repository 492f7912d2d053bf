//! In: a resource. Out: a link to it, with reference and name beside its id. Never: an id without a way to the whole of it.

use super::html::{Html, around, element, link, text};
use super::page::FOLDER;
use crate::view::Thing;

/// Most characters of an id beside a reference in a narrow column.
const SHORT: usize = 8;

/// Reference and name with the beginning of the id; the whole id without both.
pub(super) fn short(thing: &Thing) -> Html {
    let href = format!("{FOLDER}resources/{}", thing.number);
    let id = thing.id.as_deref().unwrap_or(&thing.schema);
    if thing.label.is_empty() {
        return element("code", &[], [link(&href, id)]);
    }
    let begin: String = id.chars().take(SHORT).collect();
    let dots = if id.chars().count() > SHORT { "\u{2026}" } else { "" };
    let title = format!("{} {id}", thing.schema);
    let name = element("a", &[("href", &href), ("title", &title)], [text(&thing.label)]);
    [name, text(" "), around("code", "quiet", format!("{begin}{dots}"))].into_iter().collect()
}

/// Kind, reference, name and the whole id.
pub(super) fn full(thing: &Thing) -> Html {
    let href = format!("{FOLDER}resources/{}", thing.number);
    let kind = text(format!("{} ", thing.schema));
    let id = thing.id.as_deref().unwrap_or("without id");
    let name = if thing.label.is_empty() { id } else { thing.label.as_str() };
    let code = (!thing.label.is_empty()).then(|| [text(" "), around("code", "quiet", id)]);
    [kind, link(&href, name)].into_iter().chain(code.into_iter().flatten()).collect()
}
