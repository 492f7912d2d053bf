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
use super::summary::{GETS, starts_sentence, tells_first, told};
use super::turned::{QUESTION_WORDS, is_list};
use super::verbs::{BULK, PURE, QUESTIONS, fits, is_verb, singular_of};

/// Returns the terms of an id with a verb at the front, or as they are.
pub(super) fn with_verb(api: &ir::Api, operation: &ir::Operation, own: Words) -> Words {
    let words: Vec<&str> = own.each().collect();
    let is_open = |word: &&str| QUESTIONS.contains(word) || QUESTION_WORDS.contains(word) || *word == "am";
    // The verb of another language may stand at the end: `größeLesen`.
    let is_sentence = operation.id.contains(' ') || !operation.id.is_ascii() || words.iter().any(is_open);
    let Some(first) = words
        .first()
        .filter(|_| operation.id_given && words.len() > 1 && !is_sentence)
    else {
        return own;
    };
    let stem = first.trim_end_matches(|c: char| c.is_ascii_digit());
    if is_verb(first) || BULK.contains(first) || QUESTION_WORDS.contains(&stem) || is_version(first) {
        return own;
    }
    let standard = |nouns: &[&str]| match operation.method {
        Method::Get if is_list(api, operation) && nouns.last().is_some_and(|noun| singular_of(noun) != *noun) => "list",
        Method::Get => "get",
        Method::Post => "create",
        Method::Patch => "update",
        Method::Put => "replace",
        Method::Delete => "delete",
        _ => "",
    };
    let object = words
        .iter()
        .position(|word| is_preposition(word))
        .unwrap_or(words.len());
    let is_plain = |words: &[&str]| !words.iter().any(|word| is_verb(word) || is_preposition(word));
    // `appkeyPATCH`, documented as `Deactivate an app key`
    if let [nouns @ .., last] = &words[..]
        && last.eq_ignore_ascii_case(operation.method.token())
        && is_plain(nouns)
    {
        let told = told(operation).unwrap_or_else(|| standard(nouns).to_owned());
        let nouns = if nouns == ["id"] { &[] } else { nouns };
        return Words::new(&told).and(Words::of_each(nouns));
    }
    // `userCurrentGetKey`
    if let Some(at) = words.iter().position(|word| is_verb(word)) {
        let is_clear = match words[at] {
            "get" => operation.method == Method::Get,
            "create" => matches!(operation.method, Method::Post | Method::Put),
            "delete" => operation.method == Method::Delete,
            verb => fits(operation.method, verb) && tells_first(operation, verb),
        };
        let has_noun = words.get(at + 1).is_some_and(|next| !is_preposition(next));
        if !is_clear || !has_noun || !is_plain(&words[..at]) {
            return own;
        }
        return Words::of_each(&[&words[at..=at], &words[..at], &words[at + 1..]].concat());
    }
    if !is_plain(&words[..1]) || starts_sentence(operation, first) {
        return own;
    }
    let title = Words::new(operation.text.title.as_deref().unwrap_or_default());
    let is_told = |noun: &&str| title.each().skip(1).any(|word| same_noun(word, noun));
    if operation.method == Method::Get {
        // A first term that neither path nor summary has as a noun may be the verb of another language: `buscarProducto`.
        let steps = steps(operation);
        let mut nouns = steps.iter().filter_map(Segment::literal).flatten();
        let is_noun = nouns.any(|noun| same_noun(noun, first)) || is_told(first);
        return if is_noun {
            Words::new(standard(&words[..object])).and(own)
        } else {
            own
        };
    }
    // `groupLockedSettings`, documented as `Update locked settings`
    let told = told(operation).filter(|verb| tells_first(operation, verb) && words.iter().all(is_told));
    told.map_or(own.clone(), |verb| Words::new(&verb).and(own))
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
    let is_told = tells_first(operation, &verb) || PURE.contains(&&*verb);
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
