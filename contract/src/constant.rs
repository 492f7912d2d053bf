//! Texts and lists of descriptions, which live as long as the process.
//!
//! The runtime reads a description from constants, and the generator fills the same types. A text is kept once, so that a process
//! that reads many contracts keeps no more than their different words.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

static TEXTS: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);

/// Returns a constant with this text.
pub fn text(text: &str) -> &'static str {
    let mut all = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    if let Some(known) = all.get(text) {
        return known;
    }
    let kept: &'static str = text.to_owned().leak();
    all.insert(kept);
    kept
}

/// Returns a constant with these items.
pub(crate) fn list<T>(items: Vec<T>) -> &'static [T] {
    if items.is_empty() { &[] } else { items.leak() }
}
