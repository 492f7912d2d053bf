//! What an operation wants to be shown, as a journal keeps it: names of schemes and scopes go out, and come back as the
//! constants that a description would have. No credential is among them.

use std::sync::{Mutex, PoisonError};

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

/// The constants of what was written. The same ones each time: there are as many as a contract has ways to say it.
pub(crate) fn read(kept: &Security) -> Alternatives {
    static KNOWN: Mutex<Vec<Alternatives>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = known.iter().find(|same| written(same) == *kept) {
        return same;
    }
    let text = |text: &String| -> &'static str { text.clone().leak() };
    let alternatives = kept.iter().map(|uses| {
        let uses = uses.iter().map(|(name, scopes)| {
            let scopes: Vec<&'static str> = scopes.iter().map(text).collect();
            let scopes: &'static [&'static str] = scopes.leak();
            (text(name), scopes)
        });
        let uses: &'static [_] = uses.collect::<Vec<_>>().leak();
        uses
    });
    let alternatives: Alternatives = alternatives.collect::<Vec<_>>().leak();
    known.push(alternatives);
    alternatives
}
