//! What an operation wants to be shown, as a journal keeps it: names of schemes and scopes. No credential is among them.

use super::Alternatives;

/// Alternatives; each is schemes by name, with scopes.
pub type Security = Vec<Vec<(String, Vec<String>)>>;

pub(crate) fn written(alternatives: Alternatives) -> Security {
    let texts = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
    alternatives
        .iter()
        .map(|uses| {
            uses.iter()
                .map(|(name, scopes)| ((*name).to_owned(), texts(scopes)))
                .collect()
        })
        .collect()
}
