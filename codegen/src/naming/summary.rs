//! Verbs and nouns of summaries, for operations without an id or with one that is their path.
//!
//! In: the documentation of an operation. Out: the verb that it begins with; nouns in its order. No other operation matters.

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::words::{Words, same_noun};

use super::place::PathTerms;
use super::shorten::{ARTICLES, is_preposition};
use super::steps::{Segment, is_run, verb_of_class};
use super::verbs::{BULK, PURE, READS, TOKENS, is_verb, singular_of};

/// Terms before a noun, which follow a verb.
#[rustfmt::skip]
const DETERMINERS: &[&str] = &[
    "a", "all", "an", "another", "any", "each", "every", "existing", "given", "its", "multiple", "new", "one",
    "several", "specific", "that", "the", "this", "your",
];

/// Verbs that begin a sentence about the operation without what it does: `Use this endpoint`.
#[rustfmt::skip]
const EMPTY: &[&str] = &[
    "allow", "call", "ensure", "enter", "expose", "give", "handle", "head", "include", "keep", "make", "manage", "open",
    "patch", "perform", "post", "process", "provide", "put", "require", "return", "run", "see", "serve", "take", "use",
];

/// Verbs that users read as `get`.
#[rustfmt::skip]
pub(super) const GETS: &[&str] = &[
    "describe", "display", "fetch", "find", "get", "list", "load", "obtain", "read", "retrieve", "show", "view",
];

/// Verbs that a `GET` has as its own, beside [`READS`].
#[rustfmt::skip]
const ASKS: &[&str] = &[
    "calculate", "compare", "convert", "decode", "estimate", "generate", "inspect",
];

/// Verbs that begin a sentence and never a noun phrase, beside [`PURE`].
#[rustfmt::skip]
const MORE: &[&str] = &[
    "convert", "decode", "download", "obtain", "overwrite", "search", "subscribe", "toggle", "unsubscribe", "upload",
];

/// Returns the verb that the documentation begins with, or an id that is a sentence.
pub(super) fn told(operation: &ir::Operation) -> Option<String> {
    // `SpecialPriceV1GetPost` gets, whatever its method.
    let is_sent = matches!(operation.method, Method::Post | Method::Put);
    let is_other = |verb: &String| is_sent && matches!(&**verb, "cancel" | "delete" | "get" | "list" | "remove");
    if let Some(verb) = verb_of_class(operation).filter(is_other) {
        return Some(verb);
    }
    let text = &operation.text;
    let id = Some(operation.id.as_str()).filter(|id| id.contains(' '));
    let title = id.or_else(|| title(operation));
    let more = text.description.as_deref().and_then(imperative);
    let is_clear = |verb: &str| matches!(verb, "add" | "calculate" | "compute" | "create" | "simulate" | "update");
    // `Remove existing prices and store new ones`
    let is_part = |verb: &str| operation.method == Method::Put && matches!(verb, "delete" | "remove");
    let more = more.filter(|verb| (title.is_none() && !is_part(verb)) || is_clear(verb));
    title.and_then(imperative).or(more)
}

/// Returns the summary, unless it is the path, without the tag that it may begin with: `EDGE - Gets the status`.
fn title(operation: &ir::Operation) -> Option<&str> {
    let title = operation.text.title.as_deref()?;
    let is_tag = |text: &str| operation.tags.iter().any(|tag| Words::new(tag) == Words::new(text));
    let own = title
        .split_once(" - ")
        .filter(|(begin, _)| is_tag(begin))
        .map_or(title, |(_, own)| own);
    let is_path = title.contains('/') && operation.path.ends_with(title);
    Some(own).filter(|_| !is_path)
}

/// Returns the verb that a sentence begins with: `upload` of `Uploads a file`. `Transfer history` begins with a noun.
fn imperative(sentence: &str) -> Option<String> {
    let words = sentence.trim_start_matches("<p>").split(|c: char| !c.is_alphabetic());
    let mut words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
    let (first, next) = (words.next()?, words.next().unwrap_or_default());
    // `Bulk update prices`
    if BULK.contains(&&*first) && PURE.contains(&&*next) && !sentence.contains('/') {
        return Some(format!("{first}_{next}"));
    }
    let stem = |end: &str, more: &str| first.strip_suffix(end).map(|stem| format!("{stem}{more}"));
    let forms = [stem("", ""), stem("ies", "y"), stem("s", ""), stem("es", "")];
    let is_pure = |verb: &str| {
        PURE.contains(&verb.trim_start_matches("un")) || MORE.contains(&verb) || verb.ends_with("ize") && is_verb(verb)
    };
    let verb = forms
        .into_iter()
        .flatten()
        .find(|form| is_verb(form) || is_pure(form))?;
    // `Create or update` is the method of the path, as are `Enable/disable` and `Send, void, or modify`; `Set up` is another verb.
    let is_two = matches!(&*next, "or" | "up")
        || sentence
            .get(first.len()..)
            .is_some_and(|rest| rest.trim_start().starts_with(['/', ',']));
    let is_one = !is_two && !EMPTY.contains(&&*verb);
    (is_one && (is_pure(&verb) || DETERMINERS.contains(&&*next))).then_some(verb)
}

/// Returns true if the summary begins with that word, also in the third person.
pub(super) fn tells_first(operation: &ir::Operation, word: &str) -> bool {
    let title = operation.text.title.as_deref().unwrap_or_default();
    Words::new(title)
        .each()
        .next()
        .is_some_and(|first| is_form(first, word))
}

/// Returns true if the summary is a sentence about that verb: `Disconnects carts`, `Search for filters`, but not `Refresh tokens`.
pub(super) fn is_sentence_of(operation: &ir::Operation, verb: &str) -> bool {
    let title = Words::new(title(operation).unwrap_or_default());
    let mut title = title.each();
    let (first, next) = (title.next().unwrap_or_default(), title.next().unwrap_or_default());
    let is_third = first != verb && !is_preposition(next) && !next.is_empty();
    is_form(first, verb) && (is_third || DETERMINERS.contains(&next) || verb == "search" && next == "for")
}

/// Returns true if the summary begins with that verb and those nouns: `Update locked settings`.
pub(super) fn has_object(operation: &ir::Operation, verb: &str, nouns: &[&str]) -> bool {
    let title = Words::new(title(operation).unwrap_or_default());
    let mut words = title.each().take(nouns.len() + 2);
    let is_verb = words.next().is_some_and(|first| is_form(first, verb));
    is_verb
        && words
            .skip_while(|word| ARTICLES.contains(word))
            .take(nouns.len())
            .eq(nouns.iter().copied())
}

/// Returns true if the documentation begins with a verb that gets nothing: `Triggers an import`.
pub(super) fn tells_effect(operation: &ir::Operation) -> bool {
    told(operation).is_some_and(|told| !GETS.contains(&&*told))
}

/// Returns true for a verb, or its third person.
fn is_form(own: &str, verb: &str) -> bool {
    own.strip_prefix(verb).is_some_and(|end| matches!(end, "" | "s" | "es"))
}

/// Returns true for the state that a verb makes, or takes back: `locked`.
fn is_participle(word: &str, verb: &str) -> bool {
    matches!(word.strip_prefix(verb.trim_start_matches("un")), Some("d" | "ed"))
}

fn clause(text: &str) -> Vec<String> {
    let clause = text.split(['.', ',', ';', ':', '(']).next().unwrap_or_default();
    Words::new(clause).each().map(str::to_owned).collect()
}

impl PathTerms<'_> {
    /// Returns true if the documentation begins with that verb of a step: `Toggles the bookmark` of `/bookmark/toggle`. The one step
    /// after a parameter may be any word (`Compress images` of `POST /images/{id}/compress`), as may one before `a` or `whether`.
    pub(super) fn tells(&self, words: &[String], is_after_one: bool) -> bool {
        // A description alone decides for an id with the verb, and may begin with a noun: `Charge for a shipment`.
        let is_described = title(self.operation).is_none();
        let title = if self.id.is_some() { self.text() } else { self.title() };
        // `Reweights the device` of `/devices/{id}/reweight`, but not `Emails a user the invoice` of `/invoices/{id}/emails`
        let is_base = singular_of(&words[0]) == words[0];
        let starts =
            is_base && title.len() >= words.len() && title.iter().zip(words).all(|(own, word)| is_form(own, word));
        let begins = self.operation.method == Method::Post && starts;
        let next = title.get(words.len()).map(String::as_str).unwrap_or_default();
        let begin = title.first().map(String::as_str).unwrap_or_default();
        // `Poll whether it is done` of `/auth/poll`
        let is_clause = DETERMINERS.contains(&next) || matches!(next, "if" | "whether");
        let is_sentence = begins
            && (is_after_one && (words.len() > 1 && is_verb(&words[0]) || !next.is_empty() && !is_preposition(next))
                || is_clause);
        // `Count tokens in a message` of `/messages/count_tokens`
        let is_end = self.steps.last().and_then(Segment::literal) == Some(words);
        // `Wait for the operation` of `/operations/{id}/wait`
        let is_plain = |word: &&str| {
            !is_verb(word) || words == [*word] || word.eq_ignore_ascii_case(self.operation.method.token())
        };
        let id = self.id.as_deref().unwrap_or_default();
        let is_in_id = words.len() == 1 && id.contains(&&*words[0]) && id.iter().all(is_plain);
        let is_clear = || begin != words[0] || matches!(next, "a" | "an");
        let is_sentence_of_id = is_end
            && is_verb(&words[0])
            && starts
            && (DETERMINERS.contains(&next) || next == "for")
            && (!is_described || is_clear());
        let is_own = is_in_id && is_sentence_of_id;
        let is_said = is_own || begins && is_end && words.len() > 1 && is_verb(&words[0]) && is_preposition(next);
        // `Mark messages as read` of `PUT /messages/mark-read`
        let is_put = self.operation.method == Method::Put && is_end && is_base && is_form(begin, &words[0]);
        let is_apart = || words.len() > 1 && !starts && words.iter().skip(1).all(|word| title.contains(word));
        // `Schedule shift` of `PUT /shifts/{id}/schedule`
        let is_short = || is_after_one && title.len() == 2 && matches!(self.group[..], [noun] if same_noun(noun, next));
        let is_put = is_put && is_verb(&words[0]) && (is_apart() || is_short());
        is_said || self.id.is_none() && (is_sentence || is_put || self.told.as_ref() == words.first())
    }

    /// Returns true for an id of the group and that verb of the documentation: `ContainerWait`, documented as `Wait for a container`.
    pub(super) fn tells_group(&self, verb: &[&str]) -> bool {
        let (id, title) = (self.id.as_deref().unwrap_or_default(), self.title());
        let is_id = id.strip_suffix(verb).is_some_and(|group| is_run(group, &self.group));
        let is_verb = title.iter().zip(verb).filter(|(a, b)| a == b).count() == verb.len();
        let next = title.get(verb.len()).map_or("", String::as_str);
        is_id && is_verb && (DETERMINERS.contains(&next) || next == "for")
    }

    /// Returns true if the documentation has that word as a noun after its article: `Extract an archive of files`.
    pub(super) fn has_article(&self, noun: &str) -> bool {
        let title = self.title();
        let mut ends = (1..title.len()).filter(|at| title[*at] == noun && ARTICLES.contains(&&*title[*at - 1]));
        ends.any(|at| title.get(at + 1).is_none_or(|next| is_preposition(next)))
    }

    /// Returns true for a verb of a `GET` without an id, unless its documentation reports that it gets.
    pub(super) fn reads(&self, verb: &str) -> bool {
        let gets = self.told.as_deref().is_some_and(|told| GETS.contains(&told));
        let is_pure = PURE.contains(&verb) && verb != "close" || matches!(verb, "login" | "logout");
        self.id.is_none() && is_pure && (!gets || ASKS.contains(&verb))
    }

    /// Returns a method with the verb of the documentation, if it has another one and the path has no action.
    pub(super) fn as_told(&self, method: &[String]) -> Option<Vec<String>> {
        let (verb, nouns) = method.split_first().filter(|_| self.action().is_none())?;
        // The documentation of a `PUT` without an id, or with one that is its path, decides between `replace` and `update`.
        let is_change = |word: &str| word.starts_with("updat") || matches!(word, "change" | "edit" | "modify");
        let says_update = || self.title().iter().chain(&self.told).any(|word| is_change(word));
        let is_open = verb == "replace" && (self.id.is_none() || self.is_generated);
        if is_open && says_update() && !self.title().iter().any(|word| word == "create") {
            return Some(std::iter::once("update".to_owned()).chain(nouns.to_vec()).collect());
        }
        let told = self.told_beside(verb, nouns)?;
        // `Lock a post` of `/posts/{id}/locked`
        let is_it = |noun: &String| {
            let is_noun = same_noun(noun, &told) || same_noun(noun, told.trim_start_matches("un"));
            let is_result = told.ends_with("subscribe") && same_noun(noun, "subscription");
            is_noun || is_result || nouns.len() == 1 && is_participle(noun, &told)
        };
        let mut nouns: Vec<String> = nouns.iter().filter(|noun| !is_it(noun)).cloned().collect();
        // `List the domains` of `POST /domains`
        let step = self.steps.last().and_then(|step| step.literal()?.last());
        if let (Some(noun), Some(step)) = (nouns.last_mut(), step)
            && same_noun(noun, step)
            && self
                .text()
                .iter()
                .take_while(|word| told == "fetch" || !is_preposition(word))
                .any(|word| word == step)
        {
            noun.clone_from(step);
        }
        Some(std::iter::once(told).chain(nouns).collect())
    }

    /// Returns the verb of the documentation for an operation without an id, if users do not read it as the one of the request
    /// method: `Download an image`.
    fn told_beside(&self, plain: &str, nouns: &[String]) -> Option<String> {
        let token = self.operation.method.token();
        let is_own = |word: &&str| is_verb(word) && !(TOKENS.contains(word) && word.eq_ignore_ascii_case(token));
        let told = self.told.as_deref();
        let told = told
            .or_else(|| (self.returns() && !nouns.is_empty()).then_some("get"))
            .filter(|_| self.id.as_ref().is_none_or(|id| !id.iter().any(is_own)) || self.is_generated)?;
        // A `POST` that gets has another name than its `GET`.
        let is_get = GETS.contains(&told);
        let told = if is_get && self.operation.method != Method::Get {
            "fetch"
        } else {
            told
        };
        let last = self.steps.iter().rposition(|step| step.literal().is_some());
        let is_of_one = self.steps[..last.unwrap_or_default()]
            .iter()
            .any(|step| step.literal().is_none());
        let is_within = |verb: &str, of: &str| told == verb && is_of_one && self.title().iter().any(|word| word == of);
        #[rustfmt::skip]
        let same: &[&str] = match plain {
            // `Add users to a group` creates none, nor does `Start a server` of `/users/{id}/server`.
            "create" if is_within("add", "to") && self.tells_object() || told == "start" && self.tells_object() => &[],
            "create" => &[
                "add", "begin", "create", "initiate", "insert", "register", "save", "start", "submit",
            ],
            "patch" | "replace" | "update" => &["change", "edit", "modify", "replace", "save", "store", "update", "write"],
            "delete" if is_within("remove", "from") => &[],
            "delete" => &["add", "create", "delete", "destroy", "erase", "fetch", "mark", "remove", "update"],
            _ => &[],
        };
        let is_same = match plain {
            "get" | "list" => is_get || !READS.contains(&told) && !ASKS.contains(&told) || self.group.contains(&told),
            // The `POST` beside it creates, too.
            "replace" if self.is_generated => same.contains(&told) || matches!(told, "create" | "insert"),
            _ => same.contains(&told) || matches!(plain, "head" | "options"),
        };
        // `uploadimage`, and `reversal` beside `reverse`
        let stem = told.strip_suffix('e').unwrap_or(told);
        let is_joined = |noun: &String| {
            let is_joined = stem.len() > 3 && noun.starts_with(stem) && !same_noun(noun, told);
            is_joined && !(nouns.len() == 1 && is_participle(noun, told))
        };
        // `/list/languages` lists them.
        let is_step = is_get && self.id.is_none() && nouns.iter().any(|noun| noun == told);
        let is_group = !nouns.is_empty() && self.group == [told] && (is_get || READS.contains(&told));
        let is_other = told != plain && (!is_same || is_step) && !is_group;
        (is_other && !nouns.iter().any(is_joined)).then(|| told.to_owned())
    }

    /// Returns true for a `POST` that reads: `Return the recent history`. `Returns an access token` may create it.
    fn returns(&self) -> bool {
        let text = self.text();
        let [first, next, rest @ ..] = &text[..] else {
            return false;
        };
        let is_it = matches!(&**first, "return" | "returns")
            && matches!(&**next, "all" | "detailed" | "information" | "more" | "the");
        is_it && self.operation.method == Method::Post && !rest.iter().take(4).any(|word| word.starts_with("creat"))
    }

    /// Returns true if the id has the singular of a plural alone, `backup policies` of `/backups/policies`, and ends in it if it must.
    pub(super) fn says_one(&self, words: &[String], at_end: bool) -> bool {
        let Some(last) = words.last() else { return false };
        let one = singular_of(last);
        let Some(id) = self.id.as_deref() else {
            return one != *last && self.title_says_one(&one, last);
        };
        let is_placed = !at_end || id.last() == Some(&&*one);
        one != *last && is_placed && id.contains(&&*one) && !id.contains(&&**last)
    }

    /// Returns true if the summary has one of a noun, and not its plural: `Starts a new strategy`.
    fn title_says_one(&self, one: &str, plural: &str) -> bool {
        let title = self.title();
        let is_one = |run: &[String]| matches!(&*run[0], "a" | "an") && run[1..].iter().any(|word| word == one);
        !title.iter().any(|word| word == plural) && (2..=3).any(|length| title.windows(length).any(is_one))
    }

    /// Returns true if the summary acts on the noun that the path ends in.
    fn tells_object(&self) -> bool {
        let (title, literal) = (self.title(), self.steps.iter().rev().find_map(Segment::literal));
        let noun = literal.and_then(|words| words.last());
        let object = title.iter().take_while(|word| !is_preposition(word)).last();
        noun.zip(object).is_some_and(|(noun, object)| same_noun(noun, object))
    }

    /// Returns true if the summary gets several of a noun: `Display tasks`, `Get products filtered by category`.
    pub(super) fn tells_several(&self, noun: &str) -> bool {
        let title = self.title();
        let [first, rest @ ..] = &title[..] else { return false };
        let object = rest
            .iter()
            .take_while(|word| !is_preposition(word))
            .filter(|word| !word.ends_with("ed"));
        let is_many = |word: &String| singular_of(word) != *word && same_noun(word, noun);
        GETS.iter().any(|verb| is_form(first, verb)) && object.last().is_some_and(is_many)
    }

    /// Returns the terms of the first clause of the summary.
    pub(super) fn title(&self) -> Vec<String> {
        clause(title(self.operation).unwrap_or_default())
    }

    /// Returns the terms of the first clause of the summary, or of the description without one.
    fn text(&self) -> Vec<String> {
        let text = title(self.operation).or(self.operation.text.description.as_deref());
        clause(text.unwrap_or_default())
    }

    /// Returns true if the summary ends in those nouns, and what follows them is not the id of one: `Get latest posts` of
    /// `/latestposts/{topic}`.
    pub(super) fn title_ends_in(&self, nouns: &[String], next: Option<&Segment>) -> bool {
        let is_id = next.is_some_and(|next| next.words().last().is_some_and(|word| word == "id"));
        !is_id && self.title().concat().ends_with(&nouns.concat())
    }

    /// Returns nouns in the order that they have in the summary, one after the other: `creative images` of `/images/creative`. Their
    /// number is that of the summary, unless it is a list or has `each` of them.
    pub(super) fn as_in_title(&self, nouns: Vec<String>, verb: &[String]) -> Vec<String> {
        let title = self.title();
        let has = |all: &[String], noun: &String| all.iter().any(|own| same_noun(own, noun));
        let is_it = |run: &&[String]| {
            let is_last = run.last().zip(nouns.first()).is_some_and(|(a, b)| same_noun(a, b));
            is_last && nouns.iter().all(|noun| has(run, noun)) && run.iter().all(|word| has(&nouns, word))
        };
        if nouns.iter().any(|noun| noun == "and" || is_preposition(noun)) {
            return nouns;
        }
        // `Requests access` of `/access_requests` begins with its verb.
        let from = usize::from(
            title
                .first()
                .is_some_and(|first| nouns.iter().any(|noun| noun != first && same_noun(noun, first))),
        );
        let length = nouns.len();
        let run = |at: usize| title.get(at..at + length).filter(|run| length > 1 && is_it(run));
        let Some((at, run)) = (from..title.len()).find_map(|at| Some((at, run(at)?))) else {
            return nouns;
        };
        // `each inactive user`, `old service connections`
        let is_end = title.get(at + length).is_none_or(|next| is_preposition(next));
        let is_many = title[..at]
            .iter()
            .any(|word| matches!(&**word, "all" | "each" | "every"));
        let is_told = is_end && !is_many && verb != ["list"];
        let last = if is_told { &run[length - 1] } else { &nouns[0] };
        run[..length - 1].iter().chain([last]).cloned().collect()
    }

    /// Returns true if a `GET` of a singular returns one thing that has items: `getStatus` of `/districts/{id}/status`, `GET /config`. It
    /// is a list if documentation, id or path have a sign of one: `Get all credentials`, `/teammates/pending`, `/txs`.
    pub(super) fn is_single(&self, last: Option<usize>) -> bool {
        let noun = |at: usize| self.steps.get(at)?.literal()?.last().map(String::as_str);
        let own = last.and_then(noun).unwrap_or_default();
        let before = last.and_then(|last| last.checked_sub(1));
        let is_group = |at: Option<usize>| at.is_some_and(|at| self.is_group(at));
        let is_many = |word: &str| singular_of(word) != word;
        let is_form = own.ends_with('s') && !["ss", "us", "is"].iter().any(|end| own.ends_with(end));
        let is_plural = is_many(own) || is_form && (self.is_array || !own.contains(['a', 'e', 'i', 'o', 'u', 'y']));
        let is_said = |word: &str| self.is_generated || self.id.as_ref().is_none_or(|id| id.contains(&word));
        let is_after = before.and_then(noun).is_some_and(|word| is_many(word) && is_said(word));
        let is_of_group = self.is_array && (is_group(last) || is_group(before)) || self.id.is_none() && is_group(last);
        let is_list = |word: &str| matches!(word, "all" | "collection" | "list" | "lists");
        let mut said = self.id.iter().flatten().copied().chain(self.told.as_deref());
        let tells = said.any(is_list) || self.title().iter().any(|word| is_list(word));
        let is_one = match &self.id {
            Some(id) => (!self.is_array || id.contains(&"get")) && self.ends_in_one(),
            None => !self.is_array && self.operation.text.title.is_some(),
        };
        is_one && !is_plural && !is_after && !is_of_group && !tells
    }
}
