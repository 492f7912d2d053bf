//! Values as the text that a parameter or a form writes of them: `true` is the same whether a boolean or a string says it.

use std::collections::BTreeSet;

use sdkwright_contract::source::number;

use crate::shape::{Kinds, Shape, Value};

/// Returns true if each text of a value of the base is the text of a value of the revision, as far as kinds and listed
/// values tell.
pub(super) fn covers(base: &Shape<'_>, revision: &Shape<'_>) -> bool {
    match (texts(base), texts(revision)) {
        (Some(old), Some(new)) => old.is_subset(&new),
        (Some(old), None) => old.iter().all(|text| is_of(revision.kinds, text)),
        (None, Some(_)) => false,
        (None, None) => revision.kinds.as_text().has(base.kinds.without(Kinds::NULL)),
    }
}

/// Returns the texts of all values of a schema. `None`: there is no end of them.
fn texts(shape: &Shape<'_>) -> Option<BTreeSet<String>> {
    match &shape.values {
        Some(values) => Some(values.iter().map(text).collect()),
        None if shape.kinds.without(Kinds::NULL) == Kinds::BOOLEAN => {
            Some(["true", "false"].map(str::to_owned).into_iter().collect())
        }
        None => None,
    }
}

/// Returns the text of a value.
pub(super) fn text(value: &Value<'_>) -> String {
    value.node.text().unwrap_or(&value.text).to_owned()
}

/// Returns true if a text can be read as one of these kinds.
fn is_of(kinds: Kinds, text: &str) -> bool {
    kinds.touches(Kinds::STRING)
        || (kinds.touches(Kinds::BOOLEAN) && ["true", "false"].contains(&text))
        || (kinds.touches(Kinds::INTEGER) && number::whole(text).is_some())
        || (kinds.has(Kinds::NUMBER) && number::compare(text, text).is_some())
}
