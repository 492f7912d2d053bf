//! Titles of operations as the first line of their documentation: in the third person if they begin with a known verb.
//!
//! In: the title in the contract. Out: one safe line that ends with a full stop. Any other title stays as it is.

use std::collections::HashSet;

use sdkwright_contract::ir;

use super::{docs, ends};
use crate::runtime::words;

/// Verbs with which titles begin.
const VERBS: &[&str] = words![
    accept activate add approve archive cancel close confirm create deactivate delete disable download enable fetch
    find get link list read reject remove replace retrieve send start submit sync update upload
];

/// Words after which a verb at the beginning was a noun: `List of books`.
const PREPOSITIONS: [&str; 8] = ["by", "for", "from", "in", "of", "on", "to", "with"];

/// Returns a title as a sentence.
pub(super) fn sentence(title: &str) -> String {
    ends::ended(docs::inline(&third_person(title)))
}

/// Returns a title in the third person: `List books` is `Lists books`, and `Get or create it` is `Gets or creates it`.
pub(super) fn third_person(title: &str) -> String {
    let mut words: Vec<String> = title.split_whitespace().map(str::to_owned).collect();
    let is_noun = |next: Option<&String>| next.is_none_or(|next| PREPOSITIONS.contains(&next.as_str()));
    let Some(first) = words
        .first()
        .and_then(|word| verb(word))
        .filter(|_| !is_noun(words.get(1)))
    else {
        return title.to_owned();
    };
    // A second verb of the same sentence must change too, which only `Get or create` shows for sure.
    let is_joined = matches!(words.get(1).map(String::as_str), Some("or" | "and"));
    let second = words.get(2).filter(|_| is_joined).and_then(|word| verb(word));
    let from = if is_joined { 3 } else { 1 };
    let joins = |pair: &[String]| matches!(pair[0].as_str(), "or" | "and") && verb(&pair[1]).is_some();
    if is_joined && second.is_none() || words.get(from..).is_some_and(|rest| rest.windows(2).any(joins)) {
        return title.to_owned();
    }
    words[0] = first;
    if let (Some(second), Some(word)) = (second, words.get_mut(2)) {
        *word = second;
    }
    words.join(" ")
}

/// Returns the third person of a known verb, with its first letter as written.
fn verb(word: &str) -> Option<String> {
    let verb = VERBS.iter().find(|verb| verb.eq_ignore_ascii_case(word))?;
    let ending = if verb.ends_with("ch") { "es" } else { "s" };
    Some(format!("{}{}{ending}", &word[..1], &verb[1..]))
}

// Problem codes that operations have in common, which the documentation lists once.

/// Problem codes in contract order.
#[derive(Debug, Default)]
pub(crate) struct CommonProblems<'a> {
    /// Codes of every operation that declares codes.
    pub(crate) all: Vec<&'a str>,
    /// Further codes of every operation with an idempotency key.
    pub(crate) keyed: Vec<&'a str>,
}

impl<'a> CommonProblems<'a> {
    /// Returns the common codes of an API.
    pub(crate) fn new(api: &'a ir::Api) -> Self {
        let all = shared(api.operations.iter());
        let mut keyed = shared(api.operations.iter().filter(|operation| operation.intent.is_some()));
        keyed.retain(|code| !all.contains(code));
        Self { all, keyed }
    }

    /// Returns true if there are no common codes.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.keyed.is_empty()
    }

    /// Returns true if the operation has the code in common with others.
    pub(crate) fn has(&self, operation: &ir::Operation, code: &str) -> bool {
        self.all.contains(&code) || operation.intent.is_some() && self.keyed.contains(&code)
    }
}

/// Returns the codes that all operations with codes declare; none of a single operation.
fn shared<'a>(operations: impl Iterator<Item = &'a ir::Operation>) -> Vec<&'a str> {
    let mut rest = operations.filter(|operation| !operation.problems.is_empty()).peekable();
    let Some(first) = rest.next().filter(|_| rest.peek().is_some()) else {
        return Vec::new();
    };
    let mut common: Vec<&str> = first.problems.iter().map(String::as_str).collect();
    for operation in rest {
        let codes: HashSet<&str> = operation.problems.iter().map(String::as_str).collect();
        common.retain(|code| codes.contains(code));
    }
    common
}

#[cfg(test)]
mod tests {
    use super::third_person;

    #[test]
    fn a_title_with_a_known_verb_is_in_the_third_person() {
        for (title, third) in [
            ("List partner fiat withdrawals", "Lists partner fiat withdrawals"),
            ("Upload or link a file", "Uploads or links a file"),
            ("get and update a book", "gets and updates a book"),
            ("Create a book and its pages", "Creates a book and its pages"),
        ] {
            assert_eq!(third_person(title), third);
        }
    }

    #[test]
    fn any_other_title_stays() {
        for title in [
            "",
            "List",
            "List of books",
            "Books",
            "Borrow a book",
            "Get or borrow a book",
            "Lists books",
            "Find a book and delete it",
        ] {
            assert_eq!(third_person(title), title);
        }
    }
}
