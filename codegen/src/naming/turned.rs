//! Terms of an id in the order of a sentence: its verb first.
//!
//! In: the terms of an id without its group. Out: the same terms with the verb at the front, or with one if a `GET` has none.

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::recognise::{has_items, success_json};
use sdkwright_contract::words::{Words, same_noun};

use super::frameworks::{before_controller, before_object};
use super::shorten::{ARTICLES, is_preposition, is_version};
use super::standard::MethodWords;
use super::steps::{Segment, is_array, is_run, plural_of, singular, steps};
use super::summary::{GETS, tells_effect, tells_first, told};
use super::verbs::{BULK, CHANGES, PURE, QUESTIONS, STANDARD, is_verb, singular_of};
use crate::limits::READABLE_WORDS;

/// Terms of ids that are verbs in no list.
pub(super) const QUESTION_WORDS: &[&str] = &["are", "can", "does", "filter", "has", "index", "is", "request"];

/// Nouns that end an id without a verb.
const PARTS: &[&str] = &["data", "detail", "details", "history", "info", "status", "summary"];

/// Returns terms with the verb first that an id in lower case ends in: `service_trigger_delete`.
fn verb_first(operation: &ir::Operation, own: Words) -> Words {
    let words: Vec<&str> = own.each().collect();
    if let [nouns @ .., verb, "to", number, "relationship"] = &words[..]
        && STANDARD.contains(verb)
    {
        let kind = if *number == "many" {
            "relationships"
        } else {
            "relationship"
        };
        let nouns: Vec<String> = nouns.iter().map(|noun| singular_of(noun)).collect();
        return Words::join([*verb, &nouns.join(" "), kind]);
    }
    let is_read = operation.method == Method::Get;
    // `smsVerify`, but not `quickVerify`
    let is_pure = |word: &str| word != "complete" && PURE.contains(&word);
    let is_noun = |word: &str| !["ed", "quick", "hard"].iter().any(|end| word.ends_with(end));
    // `/views/{id}/search` with the summary `Searches rows`
    let is_last = |word: &str| {
        let is_clear = matches!(word, "append" | "search" | "upload") || tells_first(operation, word);
        is_clear && matches!(steps(operation).last(), Some(Segment::Literal(step)) if step == &[word])
    };
    let cut = match words.as_slice() {
        [.., "partial", "update"] => 2,
        [.., "get" | "list" | "read" | "retrieve"] if is_read => 1,
        [.., "head"] if operation.method == Method::Head => 1,
        // `/tree-view` is a noun.
        [.., "view"] if is_read && !operation.path.contains("view") => 1,
        [.., "create" | "delete" | "destroy" | "replace" | "update"] if !is_read => 1,
        [.., noun, end] if !is_read && (is_pure(end) || is_last(end)) && is_noun(noun) => 1,
        _ => return own,
    };
    let bulk = words.iter().rev().nth(cut).filter(|word| BULK.contains(word));
    let (nouns, verb) = words.split_at(words.len() - cut - usize::from(bulk.is_some()));
    let is_other = |word: &&str| is_preposition(word) || STANDARD.contains(word);
    let steps = steps(operation);
    let is_step = |at: usize| {
        let is_resource = nouns.len() > 1 || matches!(steps.get(at + 1), Some(Segment::Parameter(_)));
        let step = steps[at].literal().filter(|_| is_resource);
        step.is_some_and(|step| same_noun(&step.concat(), &nouns.concat()))
    };
    let is_phrase = nouns
        .first()
        .is_some_and(|word| !is_verb(word) && *word != "request" || bulk.is_some())
        && !nouns.iter().any(is_other)
        || verb != ["list"] && (0..steps.len()).any(is_step);
    // `instance_disk_list_v1`
    let called = match operation.called.rsplit_once('_') {
        Some((called, version)) if is_version(version) => called,
        _ => &operation.called,
    };
    let before = called.len().checked_sub(verb.last().map_or(0, |word| word.len()) + 1);
    let is_apart = before
        .and_then(|at| called.get(at..))
        .is_some_and(|end| end.starts_with(['_', '-', '.', '/']));
    let is_joined = before
        .and_then(|at| called.get(at + 1..))
        .is_some_and(|end| end.starts_with(char::is_uppercase));
    let is_turned = is_apart || is_joined && nouns.last().is_some_and(|noun| is_noun(noun));
    if !is_phrase || !is_turned {
        return own;
    }
    // `teams_invoice_items_read` of `/teams/invoice-items/{id}`
    let is_verb_step = |step: &&Segment| step.literal().is_some_and(|words| words.iter().eq(verb));
    let mut around = steps.iter().rev().filter(|step| !is_verb_step(step));
    let end = around.next();
    // `account_categories` of `/accountcategories`
    let noun = singular_of(nouns.last().copied().unwrap_or_default());
    let is_same = |step: &[String]| {
        [plural_of(&noun), noun.clone()]
            .iter()
            .any(|noun| step.concat().ends_with(&**noun))
    };
    let title = Words::new(operation.text.title.as_deref().unwrap_or_default());
    let tells_many =
        title.each().any(|word| word == plural_of(&noun) && word != noun) && !title.each().any(|word| word == noun);
    let is_one = verb != ["list"]
        && bulk.is_none()
        && !tells_many
        && match end {
            Some(Segment::Parameter(name)) => {
                is_read || name.concat().starts_with(&*noun) || around.find_map(Segment::literal).is_some_and(is_same)
            }
            Some(Segment::Literal(step)) => {
                !is_read && is_same(step) && (verb == ["create"] || singular(step) == *step)
            }
            None => false,
        };
    let nouns: Vec<String> = nouns.iter().map(|noun| (*noun).to_owned()).collect();
    let mut nouns = if is_one { singular(&nouns) } else { nouns };
    // `RoleList`
    if let (["list"], Some(last)) = (
        verb,
        nouns
            .last_mut()
            .filter(|last| !PARTS.contains(&last.as_str()) && !is_version(last)),
    ) {
        *last = plural_of(last);
    }
    let nouns: Vec<&str> = nouns.iter().map(String::as_str).collect();
    Words::of_each(&[verb, &nouns].concat())
}

/// Returns the terms of an id of Google's discovery, after its service and the namespaces of its group: `submit job as operation` of
/// `dataproc.projects.regions.jobs.submitAsOperation`, and the same with the resource before it, then with each more.
pub(super) fn dotted(operation: &ir::Operation, group: &Words) -> Option<(Words, Vec<Words>)> {
    let parts: Vec<Words> = operation.called.split('.').map(Words::new).collect();
    let [_, namespaces @ .., resource, action] = &parts[..] else {
        return None;
    };
    let at = namespaces.iter().position(|one| one == group)?;
    let steps = steps(operation);
    let last = operation.path.rsplit('/').next()?;
    let is_marked = last
        .rsplit_once(':')
        .is_some_and(|(_, step)| Words::new(step) == *action);
    let is_step = is_marked || Words::new(last) == *action;
    let action: Vec<&str> = action.each().collect();
    let bulk = usize::from(BULK.contains(action.first()?));
    // `quick_preview` is a verb with its adverb.
    let is_adverb = is_step && bulk == 0 && matches!(action[..], [first, verb] if !is_verb(first) && is_verb(verb));
    let (verb, object) = action.split_at_checked(if is_adverb { 2 } else { bulk + 1 })?;
    let is_known = verb.last().is_some_and(|verb| is_verb(verb));
    // The last step of such a path is a verb, also in no list: `{version}:access`. `{folder}:entities` is a noun.
    let is_end = |word: &str| word == "summary" || ["ing", "ity"].iter().any(|end| word.ends_with(end));
    let is_noun = (object.is_empty() || operation.method == Method::Get)
        && action
            .last()
            .is_some_and(|word| singular_of(word) != **word || is_end(word));
    let is_change = is_step && object.is_empty() && operation.method == Method::Post;
    if !is_known && !is_marked && !is_change || resource.each().all(is_version) {
        return None;
    }
    let noun = |words: &Words, is_list: bool| -> Vec<String> {
        let words: Vec<String> = words.each().map(str::to_owned).collect();
        // `countryavailability` of `/countryAvailability`
        let mut literals = steps.iter().filter_map(Segment::literal);
        let spelled = literals.find(|step| step.concat() == words.concat());
        let words = spelled.map_or(words, <[String]>::to_vec);
        match words.split_last() {
            // `v1.destination.attempt.list`
            Some((last, before)) if is_list && !last.ends_with('s') => {
                before.iter().cloned().chain([plural_of(last)]).collect()
            }
            _ if is_list => words,
            _ => singular(&words),
        }
    };
    let is_list = object.is_empty() && (bulk == 1 || verb == ["list"]);
    // `hashClientId` of `clientId`, `signDevice` of `devices`
    let same: Vec<&str> = resource.each().collect();
    let is_said = object.windows(same.len()).any(|run| is_run(run, &same));
    let is_twice = resource == group && namespaces.last() == Some(group);
    let resource = if is_said { Vec::new() } else { noun(resource, is_list) };
    let parents = &namespaces[at..];
    let parents: Vec<Vec<String>> = parents.iter().map(|one| noun(one, false)).collect();
    let (verb, object) = if !is_known && is_noun {
        (&[][..], &action[..])
    } else {
        (verb, object)
    };
    let named = |from: usize| {
        let nouns = parents[from..].iter().flatten().chain(&resource).map(String::as_str);
        let words = verb.iter().copied().chain(nouns).chain(object.iter().copied());
        Words::of_each(&words.collect::<Vec<_>>())
    };
    // `nodes.nodes.list` of the group `nodes`
    let short = if is_twice {
        Words::of_each(&action)
    } else {
        named(parents.len())
    };
    Some((
        short,
        (0..=parents.len() - usize::from(!is_twice)).rev().map(named).collect(),
    ))
}

/// Returns the terms of a `GET` with a verb, if they begin in a preposition or end in the noun of the path: `PlayersWithScores` of
/// the group `players`, `TrackedTimes` of `/issues/{id}/times`.
pub(super) fn with_verb(api: &ir::Api, operation: &ir::Operation, group: &Words, own: Words) -> Words {
    let steps = steps(operation);
    let own = before_controller(operation, &own).unwrap_or_else(|| verb_first(operation, own));
    let own = before_object(&steps, &own).unwrap_or(own);
    // `GetNumberOfProjects` of `/projects/count`
    if let (Some(Segment::Literal(count)), ["get", "number", rest @ ..]) =
        (steps.last(), &own.each().collect::<Vec<_>>()[..])
        && count == &["count"]
    {
        let rest = rest.strip_prefix(&["of"]).unwrap_or(rest);
        return Words::of_each(&[&["count"], rest].concat());
    }
    if let Some(listed) = list_of(operation, &steps, &own).filter(|_| has_items(api, operation) != Some(false)) {
        return listed;
    }
    // `GroceryList_GroceryListRemoveItems` of the group `grocery list`
    let begins = |rest: &Words| rest.each().next().is_some_and(is_verb) && rest.each().count() > 1;
    let own = own.after(group).filter(begins).unwrap_or(own);
    if let (Method::Get, ["all", nouns @ ..] | ["get", "all", nouns @ ..]) =
        (operation.method, &own.each().collect::<Vec<_>>()[..])
        && nouns
            .first()
            .is_some_and(|noun| own.each().next() == Some("all") || is_preposition(noun))
        && !nouns.iter().any(|word| is_verb(word))
    {
        return Words::of_each(&[&["list"], nouns].concat());
    }
    // `import_errors` of `GET /plugins/importErrors` begins in a noun.
    let resource = steps.last().and_then(Segment::literal).unwrap_or_default();
    let is_noun =
        || matches!(&own.each().collect::<Vec<_>>()[..], [verb, .., last] if CHANGES.contains(verb) && is_many(last));
    if operation.method == Method::Get
        && own.each().eq(resource)
        && is_noun()
        && is_list(api, operation)
        && !own.each().next().is_some_and(|first| tells_first(operation, first))
        && !tells_effect(operation)
    {
        return Words::new("list").and(own);
    }
    let object: Vec<&str> = own.each().take_while(|word| !is_preposition(word)).collect();
    let resource = steps.iter().rev().find_map(Segment::literal).unwrap_or_default();
    let is_noun = |word: &str| resource.iter().any(|noun| same_noun(noun, word));
    let is_other = |word: &str| is_verb(word) || QUESTION_WORDS.contains(&word);
    let gets = |text: &str| text.to_lowercase().starts_with("get");
    let is_open = own.each().any(is_other) || gets(&operation.called) || own.each().next().is_some_and(gets);
    // `servicesForLine` of `/lines/{line}/services`
    let is_object = object.len() < own.each().count() && same_noun(&object.concat(), &resource.concat());
    // `private_article_details`
    let is_tail = |noun: &&str| PARTS.contains(noun) || *noun == "information" || singular_of(noun) != **noun;
    let is_phrase =
        (own.each().last().is_some_and(is_noun) || is_object || object.len() > 1 && object.last().is_some_and(is_tail))
            && !is_open;
    // `Journey_Results` begins in its group. `search/repos` reads as a sentence, and the noun of `MultipartResponse` is not its group.
    let is_apart = operation.called.contains(['_', '/', '.', '-', ':']);
    let is_plain = !is_open && is_apart && !operation.called.contains(' ') && !group.each().any(is_verb);
    let rest = own.after(group).filter(|_| is_plain);
    let is_of_group = is_plain && operation.id_given && Words::new(&operation.called).after(group).is_some();
    // `SMSSettings`, documented as `Get the SMS settings`
    let is_glued = |word: &str| word.ends_with("ate") || GETS.iter().any(|verb| word.starts_with(verb));
    let is_noun_phrase = !own.each().next().is_some_and(is_glued) && !own.each().any(|word| QUESTIONS.contains(&word));
    let is_told = !is_open && is_noun_phrase && told(operation).is_some_and(|told| GETS.contains(&&*told));
    let is_rest = is_phrase || is_of_group || is_told || own.each().next().is_some_and(is_preposition);
    if operation.method != Method::Get || !is_rest {
        return own;
    }
    let verb = Words::new(if is_list(api, operation) { "list" } else { "get" });
    let is_group = |rest: &Words| same_noun(&rest.each().collect::<String>(), &group.each().collect::<String>());
    match rest {
        // `Collection_Collections`
        Some(rest) if is_group(&rest) => verb,
        rest => verb.and(rest.unwrap_or(own)),
    }
}

/// Returns the list that an id gets: `getSellOrderListOfWorkgroup` of `/workgroups/{id}/sellOrders`, `get-a-list-of-current-playlists`.
fn list_of(operation: &ir::Operation, steps: &[Segment], own: &Words) -> Option<Words> {
    let words: Vec<&str> = own.each().collect();
    let at = words
        .windows(2)
        .position(|pair| pair == ["list", "of"])
        .filter(|at| *at > 0)?;
    let (object, rest) = (&words[1..at], &words[at + 1..]);
    if operation.method != Method::Get || words[0] != "get" {
        return None;
    }
    let whole = Words::new(&operation.called);
    let is_filler = |word: &&str| *word == "get" || ARTICLES.contains(word);
    let is_whole = || whole.each().find(|word| !is_filler(word)) == Some("list");
    let Some((last, adjectives)) = object
        .split_last()
        .filter(|_| !object.iter().all(|word| ARTICLES.contains(word)))
    else {
        let rest = if is_whole() { &rest[1..] } else { rest };
        return Some(Words::of_each(&[&["list"], rest].concat()));
    };
    // `getBasicListOfStrings` of `/basic_lists/strings`
    let is_list = |step: &&[String]| step.iter().any(|word| same_noun(word, "list"));
    let steps = steps.iter().filter_map(Segment::literal).filter(|step| !is_list(step));
    let is_noun = steps.flatten().any(|noun| same_noun(noun, last));
    let plural = plural_of(last);
    is_noun.then(|| Words::of_each(&[&["list"], adjectives, &[&*plural], rest].concat()))
}

pub(super) fn is_list(api: &ir::Api, operation: &ir::Operation) -> bool {
    operation.pagination.is_some() || has_items(api, operation) == Some(true)
}

/// Returns the terms after a verb without that of a list: `getListOfCards`, `getTrackLicenseList`.
fn unlisted<'a, 'b>(operation: &ir::Operation, terms: &'a [&'b str], group: &Words) -> &'a [&'b str] {
    // `getTaskListOfProject` has its group before the list.
    let called = Words::new(&operation.called);
    let is_first = called.each().take(2).any(|word| word.starts_with("list"));
    let mut steps = operation.path.rsplit('/');
    let step = steps.find(|step| step.starts_with(char::is_alphabetic));
    let is_step = step.is_some_and(|step| step.to_ascii_lowercase().contains("list"));
    let is_sentence = operation.called.contains(' ') || terms.iter().any(|word| is_preposition(word));
    match terms {
        ["list", "of", nouns @ ..] | ["listof" | "of", nouns @ ..] if is_first => {
            let is_group = same_noun(&nouns.concat(), &group.each().collect::<String>());
            if is_group { &[] } else { nouns }
        }
        ["list"] if !is_step && is_first => &[],
        [nouns @ .., "list"] if !is_step && !is_sentence => nouns,
        _ => terms,
    }
}

/// The terms after the verb of a `GET`, with what its path and its documentation have about them.
struct ListTerms<'a> {
    operation: &'a ir::Operation,
    group: &'a Words,
    steps: Vec<Segment>,
    /// The first terms of the documentation.
    text: Vec<String>,
    nouns: &'a [&'a str],
    /// The terms from the first preposition on.
    by: &'a [&'a str],
    /// True if the id has a term for a list, which is left out here.
    is_cut: bool,
    /// True if the response is an array, and not one thing by its id.
    is_array: bool,
}

fn is_many(noun: &str) -> bool {
    singular_of(noun) != noun && !is_verb(noun)
}

impl<'a> ListTerms<'a> {
    fn new(operation: &'a ir::Operation, group: &'a Words, terms: &'a [&'a str], is_array: bool) -> Self {
        let rest = unlisted(operation, terms, group);
        let end = rest.iter().position(|word| is_preposition(word)).unwrap_or(rest.len());
        let (nouns, by) = rest.split_at(end);
        let text = operation.text.title.as_ref().or(operation.text.description.as_ref());
        let text = Words::new(text.map(String::as_str).unwrap_or_default());
        Self {
            operation,
            group,
            steps: steps(operation),
            text: text.each().take(READABLE_WORDS + 2).map(str::to_owned).collect(),
            nouns,
            by,
            is_cut: rest.len() < terms.len(),
            is_array: is_array && !operation.path.ends_with('}'),
        }
    }

    fn last(&self) -> &'a str {
        self.nouns.last().copied().unwrap_or_default()
    }

    /// Returns true if the path ends in the parameter of one of these things. Its response may be an array by mistake.
    fn is_item(&self) -> bool {
        let [.., Segment::Literal(step), Segment::Parameter(name)] = &self.steps[..] else {
            return false;
        };
        let has = |noun: &String| is_many(noun) && self.nouns.iter().any(|own| same_noun(noun, own));
        let is_it = self.nouns.is_empty() && self.by.is_empty() || step.last().is_some_and(has);
        let is_named = |word: &String| word == "id" || step.iter().any(|own| same_noun(own, word));
        is_it && name.iter().all(is_named)
    }

    /// Returns the last noun as the plural that path or documentation have.
    fn plural(&self) -> String {
        let own = self.last();
        let literal = self.steps.last().and_then(Segment::literal).unwrap_or_default();
        // `/azure_subscriptions` of `listAzureSubscription`
        let texts = self.text.iter().filter(|_| !literal.is_empty());
        let mut plurals = literal.iter().chain(texts).map(String::as_str);
        let is_plural = |noun: &&str| is_many(noun) && same_noun(noun, own) && !self.nouns.contains(noun);
        let plural = plurals.find(is_plural).unwrap_or(own);
        // `/configmaps` of `listConfigMap`
        let step = literal.last().map(String::as_str).unwrap_or_default();
        let mut froms = 1..self.nouns.len();
        let is_new = self.is_array && self.is_told() && !self.text.iter().any(|word| word == own);
        let ends = self.is_cut
            || is_new
            || is_many(step) && froms.any(|from| same_noun(step, &self.nouns[from - 1..].concat()));
        if ends { plural_of(plural) } else { plural.to_owned() }
    }

    /// Returns true if the id gets several: `getTasksForProject` of the group `tasks`. `getFlagByTag` gets one, and `ByTag` several.
    fn is_several(&self, plural: &str) -> bool {
        let called = Words::new(&self.operation.called);
        let phrase = called.each().take_while(|word| !is_preposition(word)).last();
        let phrase = phrase.unwrap_or_default();
        let is_one = |word: &&str| matches!(*word, "code" | "guid" | "id" | "key" | "name" | "slug" | "uuid");
        let gets_by = || phrase == "get" && self.by[0] == "by" && !self.by.iter().any(is_one);
        let is_of_group = || self.nouns.is_empty() && !self.by.is_empty() && (phrase.ends_with('s') || gets_by());
        is_many(plural) || is_of_group()
    }

    /// Returns true if the documentation begins with a list of several, or with all of the group.
    fn says_list(&self, is_several: bool) -> bool {
        let is_group = |word: &str| self.group.each().last().is_some_and(|noun| same_noun(noun, word));
        let is_part = PARTS.contains(&self.last());
        let mut of_group = self.text.iter().filter(|word| is_group(word) && !is_part);
        let has_many = is_several
            || self.is_array
            || self.nouns.is_empty()
            || self.nouns.iter().any(|noun| is_many(noun))
            || of_group.any(|noun| is_many(noun));
        let is_all =
            |pair: &[String]| self.nouns.is_empty() && pair[0] == "all" && is_group(&pair[1]) && is_many(&pair[1]);
        let mut pairs = self.text.windows(2).take(3);
        has_many && (self.is_told() || pairs.any(is_all))
    }

    /// Returns true if the documentation begins with a list of something.
    fn is_told(&self) -> bool {
        self.text.windows(2).take(3).any(|pair| pair == ["list", "of"])
    }

    /// Returns true if the id gets several, and no response shows whether it has items.
    fn is_open(&self, api: &ir::Api) -> bool {
        let called = Words::new(&self.operation.called);
        (self.nouns.is_empty() || is_many(self.last()))
            && called.each().any(|word| word.starts_with("get"))
            && has_items(api, self.operation).is_none()
    }

    /// Returns those terms with the verb of a list, and with the plural of the last noun.
    fn listed(&self, words: &Words, plural: &str) -> Words {
        let words: Vec<&str> = words.each().skip(1).collect();
        let words = unlisted(self.operation, &words, self.group).iter().enumerate();
        let is_last = |at: usize, word: &str| at + 1 == self.nouns.len() && word == self.last();
        let words = words.map(|(at, word)| if is_last(at, word) { plural } else { word });
        Words::of_each(&std::iter::once("list").chain(words).collect::<Vec<_>>())
    }
}

/// Returns the method of a list with that verb, and its noun as the plural that path or documentation have: several of what the id gets,
/// or `Get a list of orders`.
pub(super) fn as_list(
    api: &ir::Api,
    operation: &ir::Operation,
    group: &Words,
    is_own: bool,
    method: MethodWords,
) -> MethodWords {
    let words: Vec<&str> = method.short.each().collect();
    let ((Method::Get, [verb @ ("get" | "list"), rest @ ..]) | (Method::Post, [verb @ "list", rest @ ..])) =
        (operation.method, &words[..])
    else {
        return method;
    };
    let is_array = *verb == "get" && success_json(operation).is_some_and(|id| is_array(api, id));
    let terms = ListTerms::new(operation, group, rest, is_array);
    let plural = terms.plural();
    let is_several = terms.is_several(&plural);
    let is_it = || {
        let has_several = is_several || terms.is_cut;
        terms.says_list(is_several) || has_several && (is_list(api, operation) || is_own && terms.is_open(api))
    };
    let first = terms.nouns.first().or(terms.by.first());
    let is_other = terms.nouns.contains(&"list") || first.is_some_and(|word| PURE.contains(word));
    if is_other || *verb == "get" && (terms.is_item() || !is_it()) {
        return method;
    }
    let short = terms.listed(&method.short, &plural);
    // `used_by_list`
    let long = |words: &Words| match &words.each().collect::<Vec<_>>()[..] {
        [nouns @ .., "list"] if !matches!(nouns, [] | ["get" | "list", ..]) => {
            Words::of_each(&[&["list"], nouns].concat())
        }
        ["get", ..] if operation.method == Method::Post => words.clone(),
        _ => terms.listed(words, &plural),
    };
    let long = method.long.iter().map(long).collect();
    MethodWords { short, long, ..method }
}
