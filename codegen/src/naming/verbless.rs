//! Verbs of ids that have none at their front.
//!
//! In: the terms of an id that is not a standard method. Out: the same terms with a verb first: one from within the id, else one of the
//! documentation or of the request method.

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::words::{Words, same_noun};

use super::scope::NameFit;
use super::shorten::{is_preposition, is_version};
use super::standard::MethodWords;
use super::steps::{Segment, steps};
use super::summary::{GETS, has_object, is_sentence_of, tells_first, told};
use super::turned::{QUESTION_WORDS, is_list};
use super::verbs::{BULK, QUESTIONS, fits, is_verb, singular_of};

/// Terms that say how a verb acts: `softDeleteUser`.
#[rustfmt::skip]
const ADVERBS: &[&str] = &[
    "async", "auto", "cross", "double", "fast", "force", "hard", "hot", "multi", "not", "pre", "quick", "re", "soft", "try",
];

/// Returns the terms of an id with a verb at the front, or as they are.
pub(super) fn with_verb(api: &ir::Api, operation: &ir::Operation, own: Words) -> Words {
    let words: Vec<&str> = own.each().collect();
    let is_open = |word: &&str| QUESTIONS.contains(word) || QUESTION_WORDS.contains(word) || *word == "am";
    // The verb of another language may stand at the end: `größeLesen`.
    let is_sentence = operation.id.contains(' ') || !operation.id.is_ascii() || words.iter().any(is_open);
    let is_known =
        |first: &&&str| is_verb(first) || BULK.contains(first) || ADVERBS.contains(first) || is_version(first);
    let first = words
        .first()
        .filter(|_| operation.id_given && words.len() > 1 && !is_sentence);
    let Some(first) = first.filter(|first| !is_known(first)) else {
        return own;
    };
    let standard = |nouns: &[&str]| match operation.method {
        Method::Get if is_list(api, operation) && nouns.last().is_some_and(|noun| singular_of(noun) != *noun) => {
            Some("list")
        }
        Method::Get => Some("get"),
        Method::Patch => Some("update"),
        Method::Put => Some("replace"),
        _ => None,
    };
    let told = told(operation);
    let other = told.as_deref().filter(|told| !GETS.contains(told));
    // `appkeyPATCH`, documented as `Deactivate an app key`
    if let [nouns @ .., last] = &words[..]
        && last.eq_ignore_ascii_case(operation.method.token())
        && !nouns.iter().any(|word| is_verb(word))
    {
        let nouns = if nouns == ["id"] { &[] } else { nouns };
        return match other.or_else(|| standard(nouns)) {
            Some(verb) => Words::new(verb).and(Words::of_each(nouns)),
            None => own,
        };
    }
    let is_plain = |words: &[&str]| !words.iter().any(|word| is_verb(word) || is_preposition(word));
    // `userCurrentGetKey`, documented as `Get a public key`
    if let Some(at) = words.iter().position(|word| is_verb(word)) {
        let verb = words[at];
        let is_said = fits(operation.method, verb) && tells_first(operation, verb);
        let is_clear = is_said && (operation.method == Method::Get || !GETS.contains(&verb));
        let has_noun = words.get(at + 1).is_some_and(|next| !is_preposition(next));
        if !is_clear || !has_noun || !is_plain(&words[..at]) {
            return own;
        }
        return Words::of_each(&[&words[at..=at], &words[..at], &words[at + 1..]].concat());
    }
    let verb = match other {
        // `groupLockedSettings`, documented as `Update locked settings`
        Some("execute") => None,
        Some(verb) => Some(verb).filter(|verb| operation.method != Method::Get && has_object(operation, verb, &words)),
        None if operation.method != Method::Get || is_preposition(first) => None,
        None => {
            // A first term that is no noun of the path may be any verb: `emptyCart` of `/carts/{id}/empty`.
            let is_noun = |pair: &[Segment]| match pair {
                [Segment::Literal(step), Segment::Parameter(_)] => step
                    .last()
                    .is_some_and(|noun| singular_of(noun) != *noun && same_noun(noun, first)),
                _ => false,
            };
            let object = words.iter().take_while(|word| !is_preposition(word)).count();
            let is_read = told.is_some() || steps(operation).windows(2).any(is_noun);
            standard(&words[..object]).filter(|_| is_read)
        }
    };
    verb.map_or(own.clone(), |verb| Words::new(verb).and(own))
}

/// Returns the method of a `GET` that acts, by its documentation and its path or id: `disconnect` of `/cart/disconnect`, and `check_policy` of
/// `/images/{id}/check`.
pub(super) fn acting(operation: &ir::Operation, group: &Words, mut method: MethodWords) -> MethodWords {
    let short: Vec<&str> = method.short.each().collect();
    let steps = steps(operation);
    let (Method::Get, ["get" | "list", nouns @ ..], Some(verb)) = (operation.method, &short[..], told(operation))
    else {
        return method;
    };
    let called = Words::new(&operation.called);
    let gets = called.each().next() == Some("get");
    let has = |words: &[&str]| words.first() == Some(&&*verb) || words.len() == 2 && words[1] == verb && !gets;
    let begins = called
        .each()
        .find(|word| *word != "get")
        .is_some_and(|word| word == verb);
    let step: Vec<&str> = match steps.iter().rev().find_map(Segment::literal) {
        Some(step) => step.iter().map(String::as_str).collect(),
        None => return method,
    };
    let is_own = operation.id_given && called.each().next() == Some(&*verb);
    let is_told = is_own || is_sentence_of(operation, &verb) && called.each().next() != Some("list");
    let is_other = GETS.contains(&&*verb) || !is_told || group.each().any(|word| word == verb) || verb.contains('_');
    let is_made = nouns
        .iter()
        .any(|noun| *noun != verb && noun.get(..5).is_some_and(|begin| verb.starts_with(begin)));
    if is_other || is_made || !(begins && operation.id_given || has(&step)) {
        return method;
    }
    let nouns: Vec<&str> = nouns.iter().copied().filter(|noun| *noun != verb).collect();
    let acting = Words::new(&verb).and(Words::of_each(&nouns));
    method.long.insert(0, method.short);
    MethodWords {
        short: acting,
        fit: NameFit::Least,
        ..method
    }
}
