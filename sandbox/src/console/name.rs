//! In: a resource. Out: a link to it, with reference and name beside its id. Never: an id without a way to the whole of it.

use super::html::{Html, around, element, link, soft, spaced, text};
use super::page::FOLDER;
use crate::view::Thing;

/// Most characters of a long id in a narrow column.
const SHORT: usize = 8;

/// Reference and name, or else the kind, with the beginning of the id.
pub(super) fn short(thing: &Thing) -> Html {
    let href = format!("{FOLDER}resources/{}", thing.number);
    let id = thing.id.as_deref().unwrap_or_default();
    let name = if thing.label.is_empty() {
        &thing.schema
    } else {
        &thing.label
    };
    let title = format!("{} {id}", thing.schema);
    let name = element("a", &[("href", &href), ("title", &title)], [soft(name)]);
    spaced([name, around("code", "quiet", cut(id))])
}

/// The beginning of an id.
pub(super) fn cut(id: &str) -> String {
    match id.char_indices().nth(SHORT) {
        Some((at, _)) if id.len() > 2 * SHORT => format!("{}\u{2026}", &id[..at]),
        _ => id.to_owned(),
    }
}

/// Kind, reference, name and the whole id.
pub(super) fn full(thing: &Thing) -> Html {
    let href = format!("{FOLDER}resources/{}", thing.number);
    let kind = text(format!("{} ", thing.schema));
    let id = thing.id.as_deref().unwrap_or("without id");
    let name = if thing.label.is_empty() {
        id
    } else {
        thing.label.as_str()
    };
    let code = (!thing.label.is_empty()).then(|| [text(" "), around("code", "quiet", id)]);
    [kind, link(&href, name)]
        .into_iter()
        .chain(code.into_iter().flatten())
        .collect()
}
