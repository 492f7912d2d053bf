//! Standard methods: `list`, `get`, `create`, `update`, `replace` and `delete`, with the nouns of the path after the group.
//!
//! In: an operation, its id if it has one, and its group. Out: the terms of its method, if the id adds nothing to method and
//! path. They depend on this operation alone, so that no other one renames it.

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::recognise::{has_items, success_json};
use sdkwright_contract::words::{Words, same_noun};

use super::actions::queried;
use super::frameworks::{is_generated, is_versioned};
use super::place::PathTerms;
use super::scope::NameFit;
use super::shorten::{is_version, without_number};
use super::steps::{Segment, has_array, has_item, is_array, is_run, singular, steps, takes_patch};
use super::summary::told;
use super::verbs::{BULK, KEYS, STANDARD, TOKENS, is_verb, singular_of};

/// Steps after a resource that exists once.
const SINGLE: &[&str] = &["current", "default"];

/// The terms of a method.
pub(super) struct MethodWords {
    pub(super) short: Words,
    /// With the parameter at the end of the path, and without the group alone, if another operation has the short name.
    pub(super) long: Vec<Words>,
    pub(super) fit: NameFit,
}

impl MethodWords {
    /// Returns a method that is not a standard one.
    pub(super) fn new(short: Words, long: Vec<Words>) -> Self {
        let fit = NameFit::Any;
        Self { short, long, fit }
    }
}

/// Returns the terms of a standard method, or of the action that the path ends in.
pub(super) fn method(
    api: &ir::Api,
    operation: &ir::Operation,
    id: Option<&Words>,
    group: &Words,
) -> Option<MethodWords> {
    let steps = steps(operation);
    let id: Option<Vec<&str>> = id.map(|words| words.each().collect());
    let mut group: Vec<&str> = group.each().collect();
    if is_versioned(operation, &group, id.as_deref().unwrap_or_default(), &steps) {
        group.pop();
    }
    let end = steps.iter().rev().find_map(Segment::literal).unwrap_or_default();
    let is_end = |id: &[&str]| same_noun(&id.concat(), &end.concat());
    // `techniques` of `POST /techniques/reload`
    let id = id.filter(|id| operation.method == Method::Get || !is_run(id, &group) || is_end(id));
    let gets_one = matches!(id.as_deref(), Some(["get", .., last]) if singular_of(last) == *last);
    let place = PathTerms {
        told: told(operation),
        is_list: has_items(api, operation).map(|is_list| is_list || !gets_one && has_item(api, operation, &steps)),
        has_array: success_json(operation).is_some_and(|id| has_array(api, id)),
        is_array: success_json(operation).is_some_and(|id| is_array(api, id)),
        operation,
        is_generated: !takes_patch(operation)
            && id
                .as_ref()
                .is_some_and(|id| is_generated(operation, id, &steps, &group)),
        id,
        steps,
        group,
    };
    let joined = |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Words::of_each(&words)
    };
    let standard = || {
        place
            .standard()
            .filter(|name| place.is_faithful(name) && !place.counts_group())
    };
    let plain = place.sibling().or_else(standard).or_else(|| place.alone())?;
    let short = place.as_told(&plain).unwrap_or_else(|| plain.clone());
    // An id that is shorter says it better: `train` of `POST /models/train`.
    let is_longer = place.id.as_ref().is_some_and(|id| id.len() < short.len());
    if is_longer && operation.method != Method::Get && place.verb().is_none() {
        return None;
    }
    let parameter = place.steps.iter().rev().find_map(|step| match step {
        Segment::Parameter(name) => Some(name),
        Segment::Literal(_) => None,
    });
    let parameter = parameter.filter(|_| !short.iter().any(|word| word == "by"));
    let by = parameter.map(|name| joined(&short).and_word("by").and(joined(name)));
    let is_last = matches!(place.steps.last(), Some(Segment::Parameter(_)));
    let mut long: Vec<Words> = by.clone().filter(|_| is_last).into_iter().collect();
    let is_standard = place.is_standard(&short);
    // `post_export` beside the `export` of a `GET`, and `get_send` beside the `send` of a `POST`
    if (place.id.is_none() || place.is_generated) && place.action().is_some() && !is_standard {
        long.insert(0, Words::new(operation.method.token()).and(joined(&short)));
    }
    // `update` is the `PATCH` if both have it.
    if let ([verb, nouns @ ..], Method::Put) = (&short[..], operation.method)
        && verb == "update"
    {
        long.insert(0, Words::new("replace").and(joined(nouns)));
    }
    long.extend(queried(operation).map(|names| joined(&short).and_word("by").and(names)));
    if place.id.is_none() || place.is_generated || without_number(&operation.called).is_some() {
        let whole = joined(&place.with_all_nouns(&short));
        // `GET /v1/locations` and `GET /v2/locations`
        let mut steps = operation.path.split('/');
        let version = steps.find(|step| step.starts_with(['v', 'V']) && is_version(step));
        let versioned = [joined(&short), whole.clone()].map(|words| version.map(|version| words.and_word(version)));
        long.push(whole);
        long.extend(versioned.into_iter().flatten());
        // `GET /articles/{id}/reviews` beside `GET /article-reviews`
        long.extend(by.filter(|_| !is_last));
        // Two operations may have one documentation.
        long.extend((plain != short).then(|| joined(&plain)));
    }
    Some(MethodWords {
        fit: match place.steps.last() {
            _ if is_standard => NameFit::Standard,
            Some(Segment::Literal(_)) if place.action().is_none() && short.len() > 1 => NameFit::Whole,
            _ => NameFit::Any,
        },
        short: joined(&short),
        long,
    })
}

impl PathTerms<'_> {
    /// Returns the verb of an id that has no more than the group: `getCampaign` of `/ad_campaign/{id}`, `ActivateDock`.
    fn alone(&self) -> Option<Vec<String>> {
        let first = *self.id.as_ref()?.first()?;
        let is_read = self.operation.method == Method::Get && !STANDARD.contains(&first);
        let is_other = self.is_generated || is_read || !is_verb(first) || TOKENS.contains(&first);
        if is_other || !self.is_verb_and_group() {
            return None;
        }
        let last = self.steps.iter().rposition(|step| step.literal().is_some());
        let is_one = matches!(self.steps.last(), Some(Segment::Parameter(_)));
        // `GET /files/{id}/details` is not the `get` of files.
        let before = &self.steps[..last.unwrap_or_default()];
        let parameter = before
            .iter()
            .rposition(|step| step.literal().is_none())
            .unwrap_or_default();
        let is_part = (0..parameter).any(|end| self.is_group(end));
        let is_plural = last.is_some_and(|last| {
            self.steps[last]
                .words()
                .last()
                .is_some_and(|noun| singular_of(noun) != *noun)
        });
        let standard = || self.standard_verb(last, is_one).filter(|_| !is_part);
        // `payOrder` of `POST /orders/{id}/payments` acts on payments.
        let other = || (!is_part || !is_plural).then_some(first);
        let verb = if STANDARD.contains(&first) {
            standard()?
        } else {
            other()?
        };
        // `removeNodes` of `DELETE /nodes` beside `removeNode`
        if let Some(many) = self.quantified(verb, last) {
            return Some(std::iter::once(verb.to_owned()).chain(many).collect());
        }
        (verb != "get" || self.ends_in_one()).then(|| vec![verb.to_owned()])
    }

    /// Returns true for a resource with its parameter. `tier1` of `/tier1/{shortName}/diary` is a namespace.
    fn is_parent(words: &[String], next: Option<&Segment>) -> bool {
        let Some(name) = next.map(Segment::words) else {
            return false;
        };
        let is_plural = words.last().is_some_and(|last| singular_of(last) != *last);
        is_plural || name.len() < 2 || name.iter().any(|own| words.iter().any(|word| same_noun(own, word)))
    }

    /// Returns true if an id gets several of the last noun: `getTargets` of `/targets/{project}`; without one, if the summary does.
    fn says_many(&self, words: &[String], next: Option<&Segment>) -> bool {
        // `apps_get` begins in the controller.
        let is_controller = matches!(self.id.as_deref(), Some([first, .., "get"]) if *first != "get")
            && !words
                .iter()
                .any(|word| singular_of(word) != *word && self.title().contains(word));
        let Some(last) = words.last().filter(|_| !self.is_generated && !is_controller) else {
            return false;
        };
        if self.id.is_none() {
            return self.title_ends_in(words, next);
        }
        let is_by = |name: &[String]| {
            name.last()
                .is_some_and(|last| self.has_run(&["by".to_owned(), last.clone()]))
        };
        let is_parameter = matches!(next, Some(Segment::Parameter(name)) if self.has_run(name) || is_by(name));
        let is_id = self.has_run(&[last.clone(), "id".to_owned()]);
        !is_parameter && !is_id && self.id.iter().flatten().any(|own| last == own)
    }

    fn standard(&self) -> Option<Vec<String>> {
        let id = self.id.as_deref().unwrap_or_default();
        if !self.is_generated && !id.iter().enumerate().all(|(at, word)| self.is_said(at, word)) {
            return None;
        }
        let action = self.action();
        let end = self.steps.iter().rposition(|step| step.literal().is_some());
        let nouns = match (action, end) {
            (Some(_), Some(end)) => &self.steps[..end],
            _ => &self.steps[..],
        };
        if action.is_some_and(|action| !self.mentions(action)) || nouns.is_empty() && action.is_none() {
            return None;
        }
        let ends_in_parameter = matches!(nouns.last(), Some(Segment::Parameter(_)));
        let last = nouns.iter().rposition(|step| step.literal().is_some());
        let group = (0..nouns.len()).rev().find(|end| self.is_group(*end));
        if let Some(last) = last.filter(|last| group != Some(*last) && !self.is_generated) {
            let words = self.steps[last].words();
            if !self.mentions(words) || self.is_adjective(words) {
                return None;
            }
        }
        let verb = match action {
            Some(action) => self.without_own(action),
            None => vec![self.standard_verb(last, ends_in_parameter)?.to_owned()],
        };
        let is_many = verb[0] == "list";
        let (mut object, mut by) = (Vec::<String>::new(), Vec::new());
        // An action of several terms has its object.
        let is_whole = |action: &[String]| action.len() > 2 || action.len() > 1 && !BULK.contains(&action[0].as_str());
        if action.is_some_and(|action| is_whole(action) && self.says_more(action) || self.acts_on_parameter(action)) {
            return None;
        }
        let described = if action.is_some_and(is_whole) { &[][..] } else { nouns };
        let is_choice =
            |at: usize| is_many && self.chooses(nouns, at) && !nouns[at].words().iter().any(|word| is_verb(word));
        for (at, step) in described.iter().enumerate() {
            let is_before_parameter = matches!(nouns.get(at + 1), Some(Segment::Parameter(_)));
            let words = match step {
                Segment::Literal(words) => words,
                Segment::Parameter(name) => {
                    let own = self.part(nouns, at, name);
                    if self.id.iter().flatten().any(|word| *word == "by") {
                        by.extend(own);
                    } else if !own.is_empty() {
                        object.truncate(if own.starts_with(&object) { 0 } else { object.len() });
                        object.extend(own);
                    }
                    continue;
                }
            };
            let is_last = last == Some(at);
            let is_own = |run: &[&str]| run.iter().zip(words).all(|(own, word)| same_noun(own, word));
            let is_in_group = self.group.windows(words.len().max(1)).any(is_own);
            let is_needed = match group {
                // What is before the group only matters as its parent, not as a namespace.
                Some(group) if at < group => {
                    let own: Vec<&str> = words.iter().map(String::as_str).collect();
                    let is_parent = self.group.windows(own.len().max(1)).any(|run| is_run(run, &own));
                    // Without an id, the nearest parent is enough.
                    let is_near = self.id.is_some() || at + 2 == group && Self::is_parent(words, nouns.get(at + 1));
                    is_before_parameter && is_near && self.mentions(words) && !is_parent && !self.is_group_and_verb()
                }
                Some(group) if at == group => !object.is_empty(),
                // `Policies_Get` of `/backupPolicies/{name}`, `Orders_Get` of `/orders/default`, and `web` of `/Microsoft.Web/sites` in
                // `web apps`
                _ if self.is_group_and_verb() && (group.is_none() || SINGLE.contains(&&*words[0])) => false,
                None if self.group_is_action(action) && is_in_group => false,
                None if self.begins_in_group() && !is_last && !is_before_parameter && is_in_group => false,
                _ => self.mentions(words) || self.is_generated && is_last,
            };
            let says_many = is_last && verb[0] == "get" && self.says_many(words, nouns.get(at + 1));
            let is_one = is_before_parameter && !(is_last && is_many || says_many)
                || is_last && matches!(&*verb[0], "create" | "show")
                || !(is_last && is_many) && self.says_one(words, is_last);
            let spelled = self.spelled(words);
            let words = spelled.as_ref().unwrap_or(words);
            let is_said_by = is_before_parameter && !self.is_group(at) && self.is_said_by(words);
            if is_said_by || at > 0 && !self.is_group(at) && (PathTerms::is_lookup(&nouns[at - 1..]) || is_choice(at)) {
                let words = if self.says_one(words, false) || is_choice(at) {
                    singular(words)
                } else {
                    words.clone()
                };
                by.extend(words.into_iter().filter(|word| word != "by"));
            } else if is_needed && (action.is_some() || *words != verb) {
                let words = if is_one { singular(words) } else { words.clone() };
                // A noun contains the one before it: `/outputs/{id}/output-targets`.
                if words.len() > object.len() && words.iter().zip(&object).all(|(a, b)| same_noun(a, b)) {
                    object.clear();
                }
                object.extend(words);
            }
        }
        if object.is_empty() && action.is_none() && group.is_some() && group == last {
            object.extend(self.quantified(&verb[0], last).unwrap_or_default());
        }
        let object = self.without_group(self.numbered(&verb[0], self.in_order(&verb, object)));
        let by = self.with_by(by, &object, nouns, is_many);
        let object = Self::without_verb(&verb[0], object);
        let is_twice = self.is_verb_in_object(&verb, &object, nouns);
        let verb = verb.into_iter().skip(usize::from(is_twice));
        Some(verb.chain(object).chain(by).collect())
    }

    /// Returns true if the object begins with the verb because a step does.
    fn is_verb_in_object(&self, verb: &[String], object: &[String], nouns: &[Segment]) -> bool {
        // A step may begin with the method: `/getActive/{house}`.
        let is_step = |step: &Segment| step.words().len() > 1 && step.words()[0] == verb[0];
        // `CreateAccount` of `/createaccount`
        let is_once = || object.starts_with(verb) && self.has_run(&object[..2]);
        object.len() > 1 && object[0] == verb[0] && (nouns.iter().any(is_step) || is_once())
    }

    /// Returns true for an id that ends in a singular, and a path that ends in the id of one.
    fn gets_one(&self) -> bool {
        let is_id = |name: &[String]| name.last().is_some_and(|word| word == "id");
        matches!(self.steps.last(), Some(Segment::Parameter(name)) if is_id(name)) && self.ends_in_one()
    }

    /// Returns nouns without a verb that is joined to them: `user` of `/getuser`.
    fn without_verb(verb: &str, mut nouns: Vec<String>) -> Vec<String> {
        if let Some(rest) = nouns.first().and_then(|first| first.strip_prefix(verb))
            && rest.len() > 3
            && nouns.len() == 1
            && matches!(verb, "create" | "get")
        {
            nouns = vec![rest.to_owned()];
        }
        nouns
    }

    /// Returns the nouns of a path without the group that they begin with: `responses` of `/form-responses`.
    fn without_group(&self, nouns: Vec<String>) -> Vec<String> {
        let is_it = |(noun, group): (&String, &&str)| same_noun(noun, group);
        // `/transaction_accounts/{id}/transactions` is about those accounts.
        let has_group = (0..self.steps.len()).any(|end| self.is_group(end));
        // `patchStorageV1StorageClass` of `/storage/v1/storageclasses`
        let is_free = self.id.is_none() || self.is_generated && !has_group;
        let begins = is_free && nouns.len() > self.group.len() && !self.group.is_empty();
        let is_parent = self.steps.windows(2).any(|pair| {
            let words = pair[0].words();
            let is_longer = words.len() > self.group.len() && words.iter().zip(&self.group).all(is_it);
            has_group && is_longer && pair[0].literal().is_some() && pair[1].literal().is_none()
        });
        let is_cut = begins && !is_parent && nouns.iter().zip(&self.group).all(is_it);
        if is_cut && nouns[self.group.len()] != "api" {
            return nouns[self.group.len()..].to_vec();
        }
        nouns
    }

    /// Returns nouns with the number that the last one has in the id: `getReplies` of `/reply`.
    fn numbered(&self, verb: &str, mut nouns: Vec<String>) -> Vec<String> {
        let own = self.id.as_ref().and_then(|id| id.last());
        let is_many = |own: &str| verb == "list" && singular_of(own) != own;
        // `update_hitl_detail` of `/hitlDetails`
        let is_one = |own: &str| verb != "list" && !own.ends_with('s');
        let own = own.filter(|own| (verb == "get" || is_many(own) || is_one(own)) && !self.is_generated);
        if let Some((noun, own)) = nouns.last_mut().zip(own).filter(|(noun, own)| same_noun(noun, own)) {
            (*own).clone_into(noun);
        }
        nouns
    }

    /// Returns the verb of a method and all nouns of the path, in its order.
    fn with_all_nouns(&self, short: &[String]) -> Vec<String> {
        let action = self.action().filter(|action| short.starts_with(action));
        let verb = action.unwrap_or(&short[..1]).iter().cloned();
        let last = self.steps.iter().rposition(|step| step.literal().is_some());
        let is_only = self.steps.iter().position(|step| step.literal().is_some()) == last;
        let nouns = self.steps.iter().enumerate().filter_map(|(at, step)| {
            let words = step.literal()?;
            if self.is_group(at) && at + 1 < self.steps.len() && (Some(at) != last || is_only) {
                return None;
            }
            let is_one = matches!(self.steps.get(at + 1), Some(Segment::Parameter(_)));
            Some(if is_one { singular(words) } else { words.to_vec() })
        });
        let is_said = |words: &Vec<String>| short.starts_with(words);
        let all: Vec<String> = verb.chain(nouns.filter(|words| !is_said(words)).flatten()).collect();
        // Another method may be the action, too: `DELETE /images/{id}` and `POST /images/delete`.
        let is_said = short
            .last()
            .zip(self.group.last())
            .is_some_and(|(a, b)| same_noun(a, b))
            || self.group == ["root"];
        let is_action = all == short && self.action().is_some() && !is_said;
        let group = self.group.iter().filter(|_| is_action).map(|word| (*word).to_owned());
        all.iter().cloned().chain(group).collect()
    }

    /// Returns the standard method of the request method, unless the id has another one.
    fn standard_verb(&self, last: Option<usize>, ends_in_parameter: bool) -> Option<&str> {
        let said = self.verb();
        let noun = last.and_then(|last| self.steps[last].words().last());
        let is_plural = || noun.is_some_and(|noun| singular_of(noun) != *noun);
        // The plural of the group is all of it if its response has an array, and the id has no other noun.
        let is_of_group = |word: &&str| self.group.iter().any(|own| same_noun(own, word));
        let is_plain =
            |id: &[&str]| id.last().copied() == noun.map(String::as_str) && id.iter().skip(1).all(is_of_group);
        let is_said = || self.id.as_deref().is_none_or(is_plain);
        let is_group = || self.has_array && is_said() && last.is_some_and(|last| self.is_group(last)) && is_plural();
        let is_chosen = last.is_some_and(|last| self.chooses(&self.steps, last))
            && self.group.last().is_some_and(|noun| self.tells_several(noun));
        let says_no_more = || self.id.as_ref().is_some_and(|id| id == &["get"]);
        let ends_in_key = || {
            let name = self.steps.last().map(Segment::words).unwrap_or_default();
            name.iter().any(|word| KEYS.contains(&word.as_str()))
        };
        let is_summary = || self.id.iter().flatten().last() == Some(&"summary");
        let is_many = || match self.is_list {
            // `GET /devices/{id}/actions/{place}` with an array.
            _ if self.is_array && (says_no_more() || self.says_plural() || is_chosen) => true,
            // `GetGroupsSummary` of `/summary/groups`
            _ if self.operation.pagination.is_some() => !ends_in_parameter && !is_summary() || !self.ends_in_one(),
            Some(is_list) => (is_list && !self.is_single(last) || is_group()) && !ends_in_parameter,
            // `Get languages` of `/languages/{type}`
            None => is_plural() && (!ends_in_parameter || self.says_plural() && !ends_in_key()),
        };
        // `List license types`, whose response is not a plain array
        // `Retrieve a list of templates`
        let says_list = || self.title().iter().any(|word| word == "list") && is_plural() && !ends_in_parameter;
        // `Display tasks` of `/task`
        let says_plural = || {
            let is_open =
                self.id.is_none() && !ends_in_parameter && self.is_list.is_none_or(|is_list| is_list || self.has_array);
            // `Get the latest topics` of `/latest`
            let is_choice = |word: &String| {
                matches!(word.as_str(), "current" | "pending" | "recent" | "top" | "trending")
                    || ["ed", "est", "lar"].iter().any(|end| word.ends_with(end))
            };
            let is_group_told =
                || noun.is_some_and(is_choice) && self.group.last().is_some_and(|noun| self.tells_several(noun));
            is_open && (noun.is_some_and(|noun| self.tells_several(noun)) || is_group_told())
        };
        let is_resource = || last.is_some_and(|last| self.is_group(last));
        let is_of_many = || !ends_in_parameter && (is_plural() || is_resource());
        // `Lists available regions` of `/regions/{language}`
        let tells_many = || self.id.is_none() && is_plural() && noun.is_some_and(|noun| self.tells_several(noun));
        let is_told = || self.told.as_deref() == Some("list") && (is_of_many() || tells_many());
        let has = |term: &str| self.id.iter().flatten().any(|word| *word == term);
        Some(match (self.operation.method, said) {
            (Method::Get, None) if self.begins_in_step() => return None,
            (Method::Get, None) if is_told() && !self.begins_in_verb() => "list",
            // `GET /messages/all`
            (Method::Get, None) if noun.is_some_and(|noun| noun == "all") && !ends_in_parameter => "list",
            (Method::Get, Some("get")) if matches!(self.id.as_deref(), Some(["get", "one", ..])) => "get",
            (Method::Get, None | Some("get")) if is_many() || says_list() || says_plural() || self.is_collection() => {
                "list"
            }
            // The first verb of the id is a step: `predictPrice` of `/predict/price`.
            (Method::Get, None) if self.begins_in_verb() => return None,
            (Method::Get, None) => "get",
            (Method::Get, Some("get")) if has("all") => "list",
            (Method::Get, Some("list")) if self.is_list != Some(true) && self.gets_one() => "get",
            (Method::Get, Some("update")) if self.id.iter().flatten().last() == Some(&"list") => return None,
            (_, Some(said)) => said,
            // `endpoint.patch-headers` beside `endpoint.patch`
            (Method::Patch, None) if self.operation.called.contains('.') && has("patch") => "patch",
            // The path does not show what a `POST` to one resource does.
            (Method::Post, None) if ends_in_parameter => match self.told.as_deref() {
                Some("change" | "edit" | "modify" | "update") => "update",
                Some("add" | "create") => "create",
                told => (self.id.is_none() || self.is_generated && told.is_some()).then_some("post")?,
            },
            (Method::Head, None) if self.id.is_none() => "head",
            (Method::Options, None) if self.id.is_none() => "options",
            // Another verb of the id is a part of a step: `verifyKey` of `/key_verify`.
            (_, None) if self.has_other_verb() => return None,
            (Method::Post, None) => "create",
            // A `PUT` may be `Notes_Patch`.
            (Method::Put | Method::Patch, None) if !self.is_generated && has("patch") => "patch",
            (Method::Put, None) => "replace",
            (Method::Patch, None) => "update",
            (Method::Delete, None) => "delete",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::naming::{Overrides, assign};
    use sdkwright_contract::{Contract, Inputs, SourceFile, diag};

    /// Returns `group.method` of operations, each as `METHOD path | tag | id | response | summary`.
    fn methods(operations: &[&str]) -> Vec<String> {
        let mut text = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths:\n".to_owned();
        for operation in operations {
            let mut cells = operation.split('|').map(str::trim);
            let mut next = || cells.next().unwrap_or_default();
            let (place, tag, id, response, summary) = (next(), next(), next(), next(), next());
            let (method, path) = place.split_once(' ').unwrap_or_default();
            let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let parameters =
                names.map(|name| format!("{{ name: {name}, in: path, required: true, schema: {{ type: string }} }}"));
            let parameters: Vec<String> = parameters.collect();
            let parameters = parameters.join(", ");
            let id = if id.is_empty() {
                String::new()
            } else {
                format!("operationId: {id:?}, ")
            };
            let tag = if tag.is_empty() {
                String::new()
            } else {
                format!("tags: [{tag:?}], ")
            };
            let summary = if summary.is_empty() {
                String::new()
            } else {
                format!("summary: {summary:?}, ")
            };
            let body = match response {
                "body" => "requestBody: { content: { application/json: { schema: { type: object } } } }, ",
                _ => "",
            };
            let response = match response {
                "list" => "content: { application/json: { schema: { type: array, items: { type: string } } } }",
                "one" => {
                    "content: { application/json: { schema: { type: object, properties: { a: { type: string } } } } }"
                }
                "text" => "content: { text/plain: { schema: { type: string } } }",
                _ => "description: Done.",
            };
            let response = format!(
                "'200': {{ {}{response} }}",
                if response.starts_with('c') {
                    "description: Done., "
                } else {
                    ""
                }
            );
            let _ = write!(
                text,
                "  '{path}':\n    {}: {{ {summary}{body}{id}{tag}parameters: [{parameters}], responses: {{ {response} }} }}\n",
                method.to_lowercase()
            );
        }
        names_of(&text)
    }

    /// Returns `group.method` of the operations of a contract.
    fn names_of(text: &str) -> Vec<String> {
        let file = SourceFile {
            name: "contract.yaml",
            bytes: text.as_bytes(),
        };
        let mut report = diag::Report::new(diag::Levels::lenient());
        let contract = Contract::from_inputs(&Inputs::new(file), &|_| {}, &mut report).expect("a contract");
        let api = contract.meaning(&|_| {}, &mut report).expect("an API");
        let names = assign(&api, &Overrides::default(), 1, &mut report);
        let methods = api.operations().map(|(id, _)| {
            let group = names.group_of(id).map_or("", |group| group.snake.as_str());
            format!("{group}.{}", names.operation(id).method(0))
        });
        methods.collect()
    }

    /// Checks rows of an operation and its name: `METHOD path | tag | id | response | summary => group.method`.
    fn check(table: &[&str]) {
        let name = |row: &str| methods(&[row.rsplit_once(" => ").unwrap_or_default().0]).concat();
        let rows = table.iter().map(|row| (row, name(row)));
        let wrong = rows.filter(|(row, name)| !row.ends_with(&format!(" => {name}")));
        assert_eq!(wrong.collect::<Vec<_>>(), []);
    }

    #[test]
    fn a_verb_of_the_path_is_the_method_of_a_generated_id() {
        check(&[
            "DELETE /v3/projects/{id}/keys/{key_id}/disable | projects | deleteV3ProjectsIdKeysKeyIdDisable => projects.disable_key",
            "GET /v3/projects/{id}/builds/{ref}/download | projects | getV3ProjectsIdBuildsRefDownload | text | Download the file => projects.download_build",
            "DELETE /v3/pulls/{id}/approve | pulls | deleteV3PullsIdApprove => pulls.delete_approve",
            "PUT /projects/{id}/services/asana | projects | putV3ProjectsIdServicesAsana | | Set asana service for project => projects.set_asana_service",
            "GET /v3/shop/change_requests | shop | get_v3shopchange_requests | list => shop.list_change_requests",
            "POST /invitations/accept/{id}.json | invitations | invitationsacceptid => invitations.accept",
            "GET /lists/members/show.json | lists | lists.members.show | one => lists.show_member",
            "POST /messages/count_tokens | messages | messages_count_tokens_post | one | Count tokens in a message => messages.count_tokens",
            "GET /operations/{id}/wait | operations | operation_wait_get | one | Wait for the operation => operations.wait",
            "GET /plugins/importErrors | plugin | import_errors | list => plugin.list_import_errors",
            "POST /invoices/export | invoices | | one | Creates a new export => invoices.create_export",
        ]);
    }

    #[test]
    fn an_id_without_a_verb_at_its_front_has_one() {
        check(&[
            "PATCH /authentication/appkey | authentication | auth_appkey_patch | | Compromise app key => authentication.update_appkey",
            "PATCH /groups/{id}/lock_settings | groups | groupLockedSettings | | Update locked settings => groups.update_locked_settings",
            "GET /user/keys/{id} | user | userCurrentGetKey | | Get a public key => user.get_current_key",
            "GET /owners/{id}/courses | stats | ownerCourseAnalysis | | Owner course analysis => stats.get_owner_course_analysis",
            "POST /carts/{id}/empty | carts | emptyCart | | Empty cart => carts.empty",
            "GET /mail/{id}/trash | mail | trashMessage | | Trash message => mail.trash_message",
            "DELETE /users/{id} | accounts | softDeleteUser | | Soft delete a user => accounts.soft_delete_user",
            "OPTIONS /c | c | cart_item_options => c.cart_item_options",
            "GET /calc/{amount}/info | usd | calcExchange | | Calculates the exchange => usd.calc_exchange",
            "GET /orgs/{org}/members/{user} | orgs | orgIsMember | | Check membership => orgs.is_member",
            "PUT /publicize/{user} | orgs | spreadMember | | Spread a member => orgs.spread_member",
            "DELETE /devices/ | dcim | dcim_devices_bulk_delete => dcim.bulk_delete_devices",
            "PATCH /teams/groups/{id} | teams | groups_add_to_group | | Add user to group => teams.groups_add_to_group",
        ]);
    }

    #[test]
    fn a_get_that_acts_is_called_so() {
        check(&[
            "GET /cart.disconnect.json | cart | CartDisconnect | | Disconnect the store => cart.disconnect",
            "GET /images/{id}/check | images | get_image_policy_check | | Validate it => images.get_policy_check",
            "GET /filter/search | filters | getFiltersPaginated | | Search for filters => filters.search_filters_paginated",
            "GET /downloads/avatar/{id} | downloads | downloadAvatar | | Download avatar => downloads.download_avatar",
            "GET /oauth/refresh-tokens | tokens | listRefreshTokens | list | Refresh tokens of the user => tokens.list_refresh_tokens",
            "GET /employees/{id}/leave | employees | getLeave | | Leave balance of an employee => employees.get_leave",
            "GET /cancel/{id} | m | | | Cancel details => m.get_cancel",
            "GET /search/artifacts | search | searchArtifacts | list | Search for artifacts => search.list_artifacts",
            "GET /validate | validation | getValidity | | Validate API key => validation.get_validity",
        ]);
        let both = [
            "POST /forms/undelete | forms | | | Undelete a form",
            "GET /forms/undelete/{id} | forms | | | Undelete a form",
        ];
        assert_eq!(methods(&both), ["forms.undelete", "forms.get_undelete"]);
    }

    #[test]
    fn terms_are_apart_as_the_summary_has_them() {
        check(&[
            "DELETE /forms/{id} | custom | Removesinglecustomvalue | | Remove single custom value => custom.remove_single_custom_value",
            "PUT /configuration/form | config | UpdateorderFormconfig | | Update orderForm config => config.update_order_form_config",
            "PUT /http2/configuration | hosts | ConfigureHttp2 | | Configure HTTP/2 => hosts.configure_http2",
            "POST /checkin | guests | checkin | | Check in => guests.checkin",
            "POST /rollback | deploys | rollback | | Roll back a deploy => deploys.rollback",
            "PUT /webhooks/{id}/status | status | changeWebhookStatus | | Change web hook status => status.change_webhook_status",
        ]);
        let numbered = [
            "PATCH /road/confirmCarbonOffset | road | confirmCarbonOffset",
            "PATCH /air/confirmCarbonOffset | air | confirmCarbonOffset2",
            "PATCH /sea/confirmCarbonOffset | sea | confirmCarbonOffset3",
        ];
        let offset = |group: &str| format!("{group}.confirm_carbon_offset");
        assert_eq!(methods(&numbered), ["road", "air", "sea"].map(offset));
    }

    #[test]
    fn what_an_id_acts_on_stays_if_it_is_not_the_group() {
        check(&[
            "GET /spaces/search/startDetailed | spaces | startDetailedSpaceSearch | list => spaces.start_detailed_space_search",
            "PUT /spaces/flag/{itemId} | spaces | flagSpaceItem => spaces.flag_item",
            "POST /spaces/{id}/cancel | spaces | cancelSpaceItem => spaces.cancel",
            "POST /stock/release | stock | pressRelease | | Create a press release => stock.press_release",
            "GET /apis/{id}/contracttest | relations | getContractTestRelations | one => relations.get_contract_test_relations",
            "GET /webhooks/incoming/user/{userId} | incoming webhooks | getIncomingWebhookByUser | list | Get all webhooks of a user. => incoming_webhooks.list_by_user",
            "POST /applications/search | applications | appSearch | list => applications.search",
            "POST /views/{viewId}/rows/search | rows | rowViewSearch | list => rows.search_view",
            "POST /auth/user/grant | auth | UserGrantRole => auth.grant_user_role",
            "POST /auth/role/list | auth | RoleList | one | Gets lists of all roles. => auth.list_roles",
            "POST /auth/password/request | authentication | passwordRequest | | Request a password reset => authentication.request_password",
        ]);
    }

    #[test]
    fn the_number_of_a_noun_is_that_of_the_operation() {
        check(&[
            "GET /conversations/messages/flag | conversations | getFlagItem | list | Gets a list of the flagged messages => conversations.list_flag_items",
            "GET /sms-campaigns | sms campaigns | Get list of SMS Campaigns | one | Get list of campaigns => sms_campaigns.list",
            "GET /products/category/{category_id} | products | | list | Retrieve products filtered by category => products.list_by_category",
            "GET /products/category/{category_id} | products | | one | Retrieve a category => products.get_category",
            "GET /store/items | store | get_item | one => store.get_item",
            "GET /task | tasks | | | Display tasks => tasks.list",
            "DELETE /items/{collection} | items | deleteItems | | Delete several items => items.delete_many",
            "DELETE /books/{isbn} | books | deleteBooks | | Delete a book => books.delete",
            "DELETE /items/{collection}/{id} | items | deleteItem => items.delete",
            "PATCH /runs/{id}/hitlDetails | runs | update_hitl_detail => runs.update_hitl_detail",
            "POST /configs/config/tokens | configs | service_tokens-create => configs.create_service_token",
            "POST /v1/accounts/users | accounts | private_users_create | | Import users => accounts.create_private_users",
            "DELETE /projects/{id}/users/inactive | projects | | | Delete each inactive user => projects.delete_inactive_users",
        ]);
    }

    #[test]
    fn a_collection_before_one_of_it_is_one_noun() {
        check(&[
            "GET /v3/configs/config/syncs/sync | configs | syncs-get | one => configs.get_sync",
            "GET /shop/groups/group/{slug} | shop | groups-get | one => shop.get_group",
            "POST /shop/groups/group/{slug}/members | shop | groups-add_member => shop.add_group_member",
            "POST /shop/change_policies/change_policy/{slug} | shop | change-policies-update => shop.update_change_policy",
            "DELETE /stages/all/{id} | stages | stages_all_destroy => stages.destroy",
            "DELETE /caches/all/{region} | caches | caches_all_delete => caches.delete_all",
            "DELETE /users/all/{id} | users | | | Delete all devices of a user => users.delete_all",
            "DELETE /notifications/all/{user_id} | notifications | notifications_all_delete => notifications.delete_all",
            "GET /sources/links/all/{id} | sources | sources_links_all_retrieve | one => sources.retrieve_link",
        ]);
    }

    #[test]
    fn a_summary_may_start_add_or_remove_something() {
        check(&[
            "POST /users/{name}/server | users | post-user-server | | Start a notebook server => users.start_server",
            "POST /payments | payments | post-payments | | Start a transaction => payments.create",
            "POST /groups/{name}/users | groups | | | Add users to a group => groups.add_users",
            "POST /groups/{name}/users | groups | | | Add a user to a group => groups.add_user",
            "POST /users | users | | | Adds a user to the company => users.create",
            "POST /users/{id}/reports | users | | | Add a comment to the report => users.create_report",
            "DELETE /boards/{id}/assets/{asset} | boards | | | Remove an asset from a board => boards.remove_asset",
            "POST /portfolio/alpha | portfolio | | one => portfolio.create_alpha",
        ]);
    }

    #[test]
    fn the_function_of_an_id_is_the_method() {
        check(&[
            "PUT /files/{file_id} | Files | put_files_id#add_shared_link => files.add_shared_link",
            "GET /shared_items | Folders | get_shared_items#folders => folders.list_shared_items_folders",
            "POST /action/subscribe | Actions | Action_POSTsubscribe => actions.subscribe",
            "POST /methods/{id}/voidAuthorize | Methods | POST_CancelAuthorization => methods.cancel_authorization",
            "POST /events/{id}/cancel | Basic | post-/events/{id}/cancel_doCancel => basic.cancel",
            "POST /assistant/notifications | Assistant | doNotDisturb => assistant.do_not_disturb",
            "PUT /V1/guest-carts/{cartId}/order | guest-carts/{cartId}/order | quoteCartManagementV1PlaceOrderPut | | guest-carts/{cartId}/order => guest_carts.place_order",
            "GET /V1/carts/{cartId}/items | carts/{cartId}/items | quoteItemRepositoryV1GetListGet | list | carts/{cartId}/items => carts.list_items",
            "POST /V1/products/prices | products | catalogPriceV1GetPost => products.fetch_price",
            "GET /users | v1/users | listUsers => v1_users.list",
            "GET /files/{id} | Files | get_files_id#delete => files.get",
            "POST /tasks/{id}/do-list | Tasks | doList => tasks.list_dos",
            "POST /V1/products/cost-delete | products/cost-delete | catalogCostV1DeletePost | | products/cost-delete => products.delete_cost",
            "GET /children/{childId} | child | GetChildByChildId => child.get",
            "GET /acts/configurations/{configurationId} | acts | GetActConfigurationByConfigurationId => acts.get_configuration",
            "GET /children/{childId}/audit | child | GetAuditByAuditId => child.get_audit",
            "DELETE /meetings/{meetingId}/registrants/{registrantId} | Meetings | meetingregistrantdelete => meetings.delete_registrant",
            "POST /im/users/me/chat/messages | IM Chat | sendimmessages => im_chat.send_im_messages",
            "GET /marketing/stats/automations | Stats | getall-automation-stats => stats.get_all_automation_stats",
            "GET /api/session | session | v2.session.list => session.list_v2",
            "PUT /points/{id}/notes | Points | Points_PatchNotes => points.patch_notes",
            "GET /sessions/{key}/users/count | Session | GetUserSessionCount => session.get_user_session_count",
            "GET /webhook/{systemKey} | Webhooks | GetWebhooks | list => webhooks.list",
            "GET /settings/sms-service | 2FA | SMSSettings | | 2FA - Get SMS settings => n2fa.get_sms_settings",
            "GET /autocomplete/addresses | Search | AddressAutocomplete | | Get addresses => search.address_autocomplete",
            "POST /inventory/turns | Inventory | | | Calculate inventory turns => inventory.calculate_turns",
            "GET /api/v1/app/{id}/endpoint | endpoint | v1.endpoint.list => endpoint.list",
        ]);
    }

    #[test]
    fn a_method_has_no_article_and_no_keyword() {
        check(&[
            "PUT /me/player/pause | Player | pause-a-users-playback => player.pause_users_playback",
            "GET /classrooms/{id}/assignments | Classroom | list-assignments-for-a-classroom => classroom.list_assignments",
            "GET /schedules/schedule_a/efile | receipts | => receipts.get_schedule_a_efile",
            "POST /version/{id}/move | Versions | moveVersion => versions.move_version",
            "POST /move | Files | move => files.move_",
        ]);
    }

    #[test]
    fn a_summary_or_a_change_makes_the_end_of_a_path_a_verb() {
        check(&[
            "GET /auth.revoke | auth | auth_revoke | | Revokes a token. => auth.revoke",
            "GET /dnd.info | dnd | dnd_info | | Retrieves the status. => dnd.get_info",
            "POST /barriers/change_status | Barriers | post_barriers_change_status => barriers.change_status",
            "POST /employees/{id}/change-request | Employees | => employees.create_change_request",
            "POST /invoices/{id}/emails | Invoices | | | Emails a user the invoice. => invoices.create_email",
            "DELETE /buildings/{id}/unit | buildings | | | Remove a unit => buildings.delete_unit",
            "GET /1-1/notes | 1:1 Meeting notes | => n1_1_meeting_notes.list",
            "POST /files/{id}/move | Files | move-a-file => files.move_file",
            "PUT /messages/mark-read | Messages | | | Mark messages as read => messages.mark_read",
            "PUT /s/{id}/schedule | Shifts | | | Schedule shift => shifts.schedule",
            "PUT /orders/{id}/address | Orders | | | Address of the order => orders.replace_address",
            "PUT /admin/retry-policy | Admin | | | Retry policy => admin.replace_retry_policy",
            "PUT /orders/{id}/status | Orders | | | Status order update => orders.update_status",
            "POST /orders/{id}/bill-of-lading | Orders | | | Bill of lading => orders.create_bill_of_lading",
            "PUT /users/{id}/password | Users | | | Password user => users.replace_password",
            "POST /posts/{id}/locked-users | Posts | | | Lock a user => posts.create_locked_user",
            "PUT /envelopes/{id} | Envelopes | | | Send, void, or modify an envelope => envelopes.replace",
            "PUT /posts/{id}/archived | Posts | | | Archive a post => posts.archive",
            "PUT /posts/{id}/locked | Posts | | | Lock a post => posts.lock",
            "GET /t/{id}/posts | Topics | => topics.list_posts",
            "POST /users/{id}/punchInAsManager | Users | | | Punch a user in as manager => users.punch_in_as_manager",
            "POST /users/{id}/guest-in-space | Users | | | Add a guest => users.create_guest_in_space",
            "GET /log/{pk} | LogRestApi | => log.get",
            "GET /files | files : Upload files | => files.list",
            "GET /regions/{language} | Utility | | | Lists available regions => utility.list_regions",
            "POST /vrfs | ipam | | | Create a VRF => ipam.create_vrf",
            "PUT /endpoint/{id}/mtls | endpoint | | | Set the mTLS => endpoint.set_mtls",
            "POST /statuses/{id}/unbookmark | Statuses | | | Remove a status from your bookmarks => statuses.unbookmark",
            "GET /issues/export/{name}-issues-{id}.zip | Tracker | => tracker.get_issues_export_issue_zip",
        ]);
    }

    #[test]
    fn a_list_of_a_noun_is_a_list() {
        check(&[
            "GET /workgroups/{id}/sellOrders | Order | getSellOrderListOfWorkgroup => order.list_sell_orders_of_workgroup",
            "GET /projects/{id}/tasks | Task | getTaskListOfProject => task.list_of_project",
            "GET /projects/{id}/tasks/{task} | Task | getTaskOfProject => task.get_task_of_project",
            "GET /me/playlists | Playlists | get-a-list-of-current-users-playlists => playlists.list_current_users_playlists",
            "GET /basic_lists/strings | Tests | getBasicListOfStrings => tests.get_basic_list_of_strings",
            "GET /latest | Topics | | | Get the latest topics => topics.list_latest",
            "GET /license | Terms | | | Get the license terms => terms.get_license",
            "GET /playlists/{id} | Playlists | getListOfSongs | one => playlists.get_list_of_songs",
            "GET /team/allstars | Team | | | List the stars of the team => team.list_allstars",
            "GET /projects/count | Projects | GetNumberOfProjects => projects.count",
            "GET /languages/{type} | Languages | getLanguages => languages.list",
            "GET /languages/{code} | Languages | getLanguages => languages.get",
            "GET /org/attempt | org | v1.org.attempt.list | list => org.list_attempts",
            "GET /invoice/allcategories | Invoice | | | Return all invoice categories => invoice.list_all_categories",
        ]);
    }

    #[test]
    fn an_id_that_asks_deletes_nothing() {
        check(&[
            "GET /client/candelete | Client | ClientApi_CanDelete => client.can_delete",
            "GET /users/{id}/has_update | Users | hasUpdate => users.has_update",
            "GET /documents/{id} | documents | CanDeleteDocument => documents.can_delete_document",
            "GET /is/v1/vpcs/{id} | VPC | is_vpcs_get => vpc.get",
            "DELETE /user/session | User | UserApi_Session => user.delete_session",
            "GET /keys/current | Keys | KeysApi_Current => keys.get_current",
        ]);
    }

    #[test]
    fn an_id_that_nobody_can_read_stays() {
        let id = "getBy".repeat(5_000);
        let names = methods(&[&format!("GET /things/{{id}}/x | things | {id}")]);
        assert!(names[0].starts_with("things.get_byget_by"));
    }

    #[test]
    fn a_description_that_begins_in_a_noun_makes_no_verb() {
        let described = |id: &str, text: &str| {
            let operation = format!("operationId: {id}, tags: [views], description: {text}");
            let response = "responses: { '200': { description: D } }";
            let head = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths:\n";
            let step = id.rsplit('_').next().unwrap_or_default();
            names_of(&format!(
                "{head}  /views/{step}: {{ get: {{ {operation}, {response} }} }}\n"
            ))
            .concat()
        };
        assert_eq!(described("views_push", "Push a view onto the stack."), "views.push");
        assert_eq!(described("views_revoke", "Revokes the view."), "views.revoke");
        assert_eq!(described("views_link", "Link for the payment page."), "views.get_link");
        assert_eq!(described("views_block", "Block the user set."), "views.get_block");
    }

    #[test]
    fn a_stage_before_the_verb_follows_it() {
        check(&[
            "POST /vaults/{id}/archive?beta=true | vaults | BetaArchiveVault => vaults.archive_beta",
            "GET /v1/files?beta=true | files | beta_list_files_v1_files_get | list => files.list_beta",
            "GET /betas/{id} | betas | getBeta | one => betas.get",
            "POST /users | beta | beta_createUser => beta.create_user",
            "POST /orders/{id}/preview | orders | previewUpdateOrder => orders.preview_update_order",
            "GET /letters?alphabet=true | letters | alpha_letters | list => letters.list_alpha_letters",
        ]);
        let pair = methods(&[
            "POST /messages/batches | messages | message_batches_post",
            "POST /messages/batches?beta=true | messages | beta_message_batches_post",
        ]);
        assert_eq!(pair, ["messages.create_batch", "messages.create_beta_batch"]);
    }

    #[test]
    fn an_id_that_repeats_method_and_path_becomes_a_standard_method() {
        check(&[
            "GET /{projectKey}/carts/{id} | carts | ByProjectKeyCartsByIDGet => carts.get",
            "GET /accounts/{id} | accounts | getAccountById => accounts.get",
            "POST /api/users | users | post_api_users => users.create",
            "GET /users | users | getUsers | list => users.list",
            "GET /users/me | users | getUsersMe | one => users.get_me",
            "GET /users | | | list => users.list",
            "PUT /users/{id} | |  => users.replace",
            "PATCH /users/{id} | users | patch_users_id => users.update",
            "PATCH /users/{id} | users | PATCH_users-id => users.update",
            "POST /videos/{id}/captions/{language} | captions | POST_videos-id-captions-language | | Upload a caption => captions.upload_video_caption",
            "PATCH /users/{id} | users |  => users.update",
            "PUT /users/{id} | users | updateUser => users.update",
            "DELETE /v1/users/{id} | users | v1_users_id_delete => users.delete",
            "POST /users/{id} | users | postUsersUser | | Updates it. => users.update",
            "POST /users/{id} | users | postUsersUser => users.post_user",
            "GET /users/{id}/user_rules | User Rules | | list => user_rules.list",
            "DELETE /users | users |  => users.delete_many",
            "GET /users/{id}/posts | users | getUserPosts | list => users.list_posts",
            "POST /users/{id}/posts | users |  => users.create_post",
            "DELETE /users/{id}/posts/{post} | users |  => users.delete_post",
            "GET /users/email/{email} | users |  => users.get_by_email",
            "GET /wallets/{id}/{assetId} | wallets | getWalletAsset => wallets.get_asset",
            "POST /files/{id}/upload_sessions | files | post_files_id_upload_sessions => files.create_upload_session",
            "GET /cards/{id}/{field} | cards | getCardsByIdByField => cards.get_by_field",
            "GET /users/{id}/settings | users | getUserSettings | one => users.get_settings",
            "GET /shop/orders | Shop Orders | | list => shop_orders.list",
            "GET /shops/{id}/open-orders | Shop Open Orders | | list => shop_open_orders.list",
            "GET /v1/reports/scores | reports | v1reportsscores => reports.list_scores",
            "DELETE /lists/{id} | Shopping List | ShoppingList_DeleteList => shopping_list.delete",
            "GET /things/openorders | things | getOpenOrders | list => things.list_open_orders",
            "GET /reviews-v1/{id} | root | getReview => root.get_review",
            "GET /team/{team} | teams |  => teams.get",
            "GET /flags/{id}/targets/{project} | flags | getTargets => flags.list_targets",
            "POST /sounds/tts | root | postTTS => root.create_tts",
            "GET /live-streams | Live | GET_live-streams | list => live.list_streams",
            "GET /live-streams/{streamId} | Live | GET_live-streams-streamId | one => live.get_stream",
            "POST /pools/{pool}/ips | IP Pools | POST_ips-pools-pool_name-ips => ip_pools.create_ip",
        ]);
    }

    #[test]
    fn a_change_of_a_collection_says_how_many() {
        check(&[
            "DELETE /requests | requests | | | Delete all requests => requests.delete_all",
            "PATCH /dags | DAG | patch_dags => dag.update_many",
            "PUT /employeegroups | Employee groups | UpdateEmployeeGroup => employee_groups.update",
            "PUT /dashboards/{id}/cells | cells | PutDashboardsIDCells => cells.replace_dashboard_cells",
        ]);
    }

    #[test]
    fn a_verb_joined_to_a_known_noun_is_apart() {
        check(&[
            "POST /services/{id}/uploadimage | services | | | Upload Service Image => services.upload_image",
            "DELETE /locations/{id}/deleteallimages | locations | | | Delete All Images => locations.delete_all_images",
            "POST /commands/cancelreservation | commands | cancelreservation | | Cancel a reservation => commands.cancel_reservation",
            "GET /images/{id}/downloadhistory | images | | one | Returns the history => images.get_downloadhistory",
        ]);
    }

    #[test]
    fn one_thing_with_items_is_no_list() {
        check(&[
            "GET /districts/{id}/status | districts | getDistrictStatus | list => districts.get_status",
            "GET /user/credentials | identity | getCredentials | list => identity.list_credentials",
            "GET /teammates/pending | teammates | GET_v3-teammates-pending | list => teammates.list_pending",
            "GET /blocklists/{name} | settings | GetBlockList | one => settings.get_block_list",
            "GET /registrants | registrants | getAllRegistrantsForWebinar => registrants.list_for_webinar",
            "GET /movies/trending | movies | getTrendingMovies => movies.list_trending_movies",
            "GET /services/{id}/logs | Service | ServiceLogs | text => service.get_logs",
            "GET /deployments/{id}/files/{fileId} | deployments | getDeploymentFileContents => deployments.get_file_contents",
        ]);
    }

    #[test]
    fn several_things_are_a_list_with_a_plural() {
        check(&[
            "GET /line/Status/{severity} | Line | Line_GetBySeverity | list => line.list_by_severity",
            "GET /users/{email} | users | getUserByEmail | list => users.get",
            "GET /my/refunds/selling | my | | one | Get a list of refunds as a seller => my.list_refunds_selling",
            "GET /orgs/{id}/azure_subscriptions | account | azureSubscriptions_listAzureSubscription | list => account.list_azure_subscriptions",
            "GET /jobs | jobs | GetListOfJobs => jobs.list",
            "GET /tasks/0 | tasks | getOneTask => tasks.get",
            "GET /namespaces/{n}/configmaps | core | listNamespacedConfigMap | list => core.list_namespaced_config_maps",
            "GET /files/{fileId} | docs | | list | Get a list of files => docs.get_file",
        ]);
        let text = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths:\n  /bill/terms:\n    get: { tags: [bills], operationId: getTerms, responses: { default: { description: Done., content: { application/json: { schema: { type: object, properties: { name: { type: string } } } } } } } }\n";
        let names = names_of(text);
        assert_eq!(names, ["bills.get_terms"]);
        let members = "a: {}, b: {}, c: {}, d: {}, terms: { type: array, items: {} }";
        let text = text
            .replace("name: { type: string }", members)
            .replace("/bill/terms", "/bill/all");
        assert_eq!(names_of(&text), ["bills.list_terms"]);
    }

    #[test]
    fn an_id_that_leads_through_its_path_has_its_verb_first() {
        check(&[
            "GET /sites/{s}/contentTypes/{c}/columns | sites.site | sites.contentTypes.ListColumns => sites_site.list_content_type_columns",
            "GET /sites/{s}/lists/{l}/columns | sites.site | sites.lists.ListColumns => sites_site.list_list_columns",
            "GET /sites/{s}/columns/{c} | sites.site | sites.GetColumns => sites_site.get_column",
            "POST /classes/{c}/teachers/$ref | classes.user | classes.CreateRefTeachers => classes_user.create_teacher_ref",
            "PUT /me/messages/{m}/$value | me.message | me.UpdateMessagesContent => me_message.update_message_content",
            "POST /users/{u}/chats/{c}/a.b.unhideForUser | users.Actions | users.user.chats.chat.unhideForUser => users_actions.unhide_chat_for_user",
            "POST /me/meetings/a.b.createOrGet | me.Actions | me.meetings.createOrGet => me_actions.create_or_get_meetings",
            "GET /charts/{c}/a.b.getImage(w={w},h={h}) | charts.Functions | charts.chart.getImage-6d93 => charts_functions.get_image_by_w_and_h",
            "POST /users/{u}/a.b.wipe | users.Actions | users.user.wipe => users_actions.wipe",
            "POST /users/{u}/chats/{c}/a.b.getByIds | users.Actions | users.user.chats.chat.getByIds => users_actions.get_chat_by_ids",
            "GET /reports/a.b.getUserDetail(date={date}) | reports.Functions | reports.getUserDetail-2b20 => reports_functions.get_user_detail_by_date",
            "POST /users/{u}/devices/{d}/a.b.shutDown | users.Actions | users.user.devices.device.shutDown => users_actions.shut_down",
            "POST /users/{u}/events/{e}/a.b.softDelete | users.Actions | users.user.events.event.softDelete => users_actions.soft_delete_event",
            "GET /users/{u}/drives | users.drive | users.ListDrives => users_drive.list",
            "GET /users/{u}/chats/$count | users | Get.Count.chats-2cac => users.count_chats",
            // Several things, an action of the path, other nouns than those of the path, and names that are no namespaces.
            "GET /orders/{o}/items | orders | orders.GetItems => orders.get_items",
            "DELETE /users/{u}/posts | users | users.DeletePosts => users.delete_posts",
            "GET /users/{u}/cars | users | users.getCars | list => users.list_cars",
            "PUT /users/{u}/labels | users | users.putLabels => users.replace_labels",
            "GET /v1/users/{u}/posts | users | v1.users.listPosts => users.list_posts",
            "POST /transfers/{i}/cancel | transfers | transfers.createCancel => transfers.cancel",
            "POST /tui/open-themes | tui | tui.openThemes => tui.open_themes",
            "POST /api/conversations.list | conversations | conversations.list => conversations.list",
            "POST /crm/crm.lead.add | crm | crm.lead.add => crm.add_lead",
            "PATCH /endpoint/{e}/headers | endpoint | v1.endpoint.patch-headers => endpoint.patch_headers",
            "GET /places.json | places | search-cafe => places.search_cafe",
            "GET /reports/annual.pdf | reports | download-report-2024 => reports.download_report_2024",
        ]);
    }

    #[test]
    fn a_user_that_calls_is_no_noun() {
        check(&[
            "DELETE /users/me/avatar | my user => my_user.delete_avatar",
            "DELETE /users/{id} | users | delUser => users.delete",
            "DELETE /my/follows/brands/{slug} | my | | | Unfollow a brand => my.unfollow_brand",
            "POST /listings/{id}/bump/{type} | listings | | | Bump a listing => listings.bump",
            "POST /channels/{id}/import-videos | channels | | | Import videos of a channel => channels.import_videos",
            "GET /apps/{app}/crash_groups/{id}/crashes/{crash_id} | crash | crashes_get | one => crash.get",
        ]);
    }

    #[test]
    fn a_tag_that_names_no_resource_gives_way_to_the_path() {
        check(&[
            "GET /system/health | General | getSystemHealth | one => system.get_health",
            "POST /check | General | checkIt => general.check_it",
            "GET /accounts/{id} | T | getAccount | one => accounts.get",
            "POST /payments | PaymentsAPI | createPayment => payments.create",
            "GET /Awards/{id} | Awards (Television & Movies) | Awards_Get | one => awards.get",
            "GET /tv/{id} | Awards (Television & Movies) | TVGet | one => awards_television_movies.get_tv",
            "GET /projects/{project}/apis | T | T_ListApis | list => projects.list_apis",
            "GET /Trailers/CountByName/{Token}/{Name} | trailers | TrailerCountByName_Get => trailers.get_count_by_name",
            "POST /hooks | hooks | | | Subscribe to webhooks => hooks.subscribe",
            "DELETE /maps/{id}/subscriptions | maps | | | Unsubscribe from map => maps.unsubscribe",
        ]);
    }

    #[test]
    fn a_group_after_the_verb_is_cut_from_ids_and_actions() {
        check(&[
            "POST /imports/images/{id}/manifest | imports | import_image_manifest => imports.import_image_manifest",
            "GET /campaigns/get_campaign_by_name | campaign | getCampaignByName | one => campaign.get_by_name",
            "POST /catalog/search-catalog-items | catalog | SearchCatalogItems => catalog.search_items",
            "DELETE /services/{id}/apikeys/{key}/quotas | apikeys | resetApiKeyQuotas => apikeys.reset_quotas",
            "POST /offerings/{id}/order | Offering | orderOffering => offering.order",
            "DELETE /me/albums | albums | remove-albums-user => albums.remove_albums_user",
        ]);
    }

    #[test]
    fn the_documentation_has_the_verb_of_an_id_without_one() {
        check(&[
            "POST /business/profile | business | BusinessProfile | one | Retrieve a profile => business.fetch_profile",
            "GET /sms | sms | | one | List SMS => sms.list",
        ]);
        let names = methods(&[
            "GET /scripts | scripts | getScriptsUsingGET_1 | list",
            "GET /scripts/page/{page} | scripts | getScriptsUsingGET | list",
        ]);
        assert_eq!(names[0], "scripts.list");
    }

    #[test]
    fn an_action_at_the_end_of_a_path_is_the_method() {
        check(&[
            "POST /transfers/{id}/cancel | |  => transfers.cancel",
            "POST /orders/{id}/actions/activate | Orders | ActivateOrder => orders.activate",
            "POST /transfers/{id}/cancel | transfers | cancel_a_pending_transfer => transfers.cancel",
            "POST /transfers/{id}/approve | transfers | approve_a_transfer => transfers.approve",
            "POST /users/{id}/posts/{post}/publish | users |  => users.publish_post",
            "GET /repos/{r}/config/validate | repos | validateConfig => repos.validate_config",
            "POST /accounts/{id}/charge | accounts | createAccountCharge => accounts.create_charge",
            "POST /key_verify | keys | verifyKey => keys.verify",
            "POST /repos/{r}/merge-upstream | repos | repos/merge-upstream => repos.merge_upstream",
            "POST /auth/login | auth |  => auth.login",
            "POST /models/train | models | train => models.train",
            "POST /join_channel | |  => root.join_channel",
            "POST /upload_sessions | |  => upload_sessions.create",
            "POST /fields/distance-query | fields |  => fields.distance_query",
            "POST /payments/on-confirm | payments |  => payments.on_confirm",
            "POST /rooms/{id}/uncomplete | rooms | uncompleteRoom => rooms.uncomplete",
            "POST /rooms/{id}/batchDelete | rooms |  => rooms.batch_delete",
            "POST /rooms/closeMultiple | rooms |  => rooms.close_multiple",
            "POST /rooms/{id}/punchIn | rooms |  => rooms.punch_in",
            "GET /apps/{app}/attempt/endpoint/{endpoint_id} | attempts | list_attempts_by_endpoint | list => attempts.list_by_endpoint",
            "GET /users/{emailAddress}/getUserByEmail | users | getUserByEmailAddress => users.get_by_email",
            "GET /programs/get_opted_in_programs | programs |  => programs.get_opted_in_programs",
            "POST /stop-poll | |  => root.stop_poll",
            "POST /sms-verify | phones | smsVerify => phones.verify_sms",
            "POST /RequestReset | auth | requestReset => auth.request_reset",
        ]);
    }

    #[test]
    fn an_id_that_says_more_keeps_its_words() {
        check(&[
            "GET /users/active | users | get_active_users => users.list_active_users",
            "GET /history/users/{id} | history | HistoryListForUser => history.list_for_user",
            "GET /files/{id}/details | files | getFile | one => files.get_file",
            "DELETE /users | users | deleteAllUsers => users.delete_all",
            "POST /users/{id}/ban | users | suspendUser => users.suspend",
            "POST /vat/check/{country} | vat | VatComprehensive => vat.vat_comprehensive",
            "GET /users/{id} | users | retrieveUser => users.retrieve",
        ]);
    }

    #[test]
    fn what_a_framework_adds_is_left_out() {
        check(&[
            "POST /users | users | ShopFeaturesUsersCreateUserEndpoint => users.create",
            "GET /users | users | list_users_api_v1_users_get | list => users.list",
            "GET /users | users | Users_GetAll | list => users.list",
            "GET /users | users | UsersGET2 | list => users.list",
            "POST /v1/users/{id}/ban | users | v1_users_suspend => users.suspend",
            "POST /v3/events/add | data | post-/v3/events/add_send => data.send",
            "GET /v1/services/{id}/users/{user} | ChatV1User | FetchUser => chat_v1_user.fetch",
            "PATCH /repos/{id}/issues/{index} | issue | issueEditIssue => issue.edit",
            "POST /payments | Payments API | createPayment => payments.create",
            "POST /payments | PaymentsApi | createPayment => payments.create",
            "POST /payments | user-controller | createPayment => user.create_payment",
            "POST /payments | default | createPayment => payments.create",
        ]);
    }

    #[test]
    fn nouns_have_the_number_of_the_id_and_stand_once() {
        check(&[
            "PUT /keywords/leases/configs/{keyword} | keywords | updateKeywordLeaseConfig => keywords.update_lease_config",
            "GET /droplets/backups/policies | droplets | droplets_list_backup_policies | list => droplets.list_backup_policies",
            "GET /stats/issues | admin | get-issue-stats | one => admin.get_issue_stats",
            "PUT /teams | teams | updateTeam => teams.update",
            "PUT /teams | teams | updateTeams => teams.update_many",
            "GET /stops/route/{route}/stop/{stop} | stops | getStopsByRouteAndStop => stops.list_by_route_and_stop",
            "GET /schedules/schedule_a/by_zip | receipts | | one => receipts.get_schedule_a_by_zip",
            "GET /releases/tags/{tag} | repos | get-release-by-tag => repos.get_release_by_tag",
            "PUT /coders/{id}/outputs/{o}/output_targets/{t} | coders | updateCoderOutputOutputTarget => coders.update_output_target",
            "GET /parties/getActive/{house} | parties |  => parties.get_active",
            "GET /{format}/ScoresByWeek/{season}/{week} | | ScoresByWeek => scores_by_week.get",
            "GET /{format}/BoxScoreV3/{season} | games | BoxScoreV | one => games.get_box_score",
            "GET /file-payments/{FilePaymentId}/report-file | File Payments | GetFilePaymentsFilePaymentIdReportFile => file_payments.get_report_file",
        ]);
    }

    #[test]
    fn an_id_with_another_verb_or_a_preposition_keeps_both() {
        check(&[
            "GET /players | players | PlayersWithScores | list => players.list_with_scores",
            "GET /silos/{silo} | system | silo_view | one => system.view_silo",
            "GET /predict/price | market | predictPrice | one => market.predict_price",
            "PATCH /users/{user}/expiring-targets/{t} | User settings | patchExpiringTargetsForFlags => user_settings.patch_expiring_targets_for_flags",
        ]);
        let twins = [
            "POST /answers | Answers | createAnswer",
            "POST /answers?beta=true | Answers | beta_createAnswer",
        ];
        assert_eq!(methods(&twins), ["answers.create", "answers.create_beta"]);
    }

    #[test]
    fn a_delete_of_an_action_is_not_the_action() {
        check(&[
            "POST /pulls/{id}/approve | pulls |  => pulls.approve",
            "DELETE /pulls/{id}/approve | pulls |  => pulls.delete_approve",
            "DELETE /pulls/{id}/cancel | pulls |  => pulls.cancel",
        ]);
        let names = methods(&["POST /hip/on-notify | gateway | ", "POST /auth/on-notify | gateway | "]);
        assert_eq!(names, ["gateway.on_notify_hip", "gateway.on_notify_auth"]);
    }

    #[test]
    fn ids_of_frameworks_and_of_persons_are_told_apart() {
        check(&[
            "GET /map/HGNC/{id} | lookup | getHGNCMappingUsingGET => lookup.get_hgnc_mapping",
            "GET /integrations | integrations | get-integrations-list | one => integrations.list",
            "PATCH /dcim/ports/{id} | dcim | dcim_ports_partial_update => dcim.partial_update_port",
            "PATCH /api/rest/v1/attributes | things | patch_attributes => things.update_attributes",
            "POST /users/{id}/keywords/{k} | Users Write | Keywords_LinkKeywordToUser => users_write.link_keyword_to_user",
            "DELETE /user/{id}/account/{a}/statement/{s} | statement | DELETE_Statement_for_User_Account => statement.delete_for_user_account",
            "GET /api/team-member | TeamMember | api_team-member_get_collection => team_member.list",
            "POST /contracts/{id}/fulfill | contracts | fulfill-contract => contracts.fulfill",
        ]);
    }

    #[test]
    fn nouns_are_in_the_order_of_the_id() {
        check(&[
            "GET /scrapers/{scraperTargetID} | targets | GetScrapersID => targets.get_scraper",
            "GET /dcim/ports/{id} | dcim | dcim_ports_read => dcim.read_port",
            "GET /search/recent | spaces | getRecentSearches | list => spaces.list_recent_searches",
            "GET /changelog/organization/{id} | auditing | listOrganizationChangeLog | list => auditing.list_organization_change_log",
            "GET /releases/latest | repos | get-latest-release => repos.get_latest_release",
            "DELETE /accounts/{id}/workers | accounts | accounts_workers_destroy => accounts.destroy_workers",
            "GET /ips/{ip_address} | addresses | GET_ips-ip_address => addresses.get_ip",
            "GET /custom_fields/{id}/select_options | Custom Field Select Options | | list => custom_field_select_options.list",
        ]);
    }

    #[test]
    fn an_action_of_several_terms_or_after_a_framework_is_the_method() {
        check(&[
            "POST /ips/start-warmup | ips |  => ips.start_warmup",
            "POST /rejects/delete | rejects |  => rejects.delete",
            "POST /tasks/{id}/fail | tasks | tasks_fail_create => tasks.fail",
            "POST /signatures/batch_delete | signatures | signatures_batch_delete_create => signatures.batch_delete",
            "POST /groups/{id}/apps/bulk_delete | account | groups_bulkDeleteApps => account.bulk_delete_group_apps",
            "POST /merge_requests | projects |  => projects.create_merge_request",
            "PUT /files/{id} | shared | put_files_id#remove_link => shared.remove_link",
            "GET /spec | OpenApi |  => open_api.get_spec",
        ]);
    }

    #[test]
    fn a_method_keeps_the_order_and_the_prepositions_of_an_id() {
        check(&[
            "GET /spaces/ids | spaces | getSpacesByIds | list => spaces.list_spaces_by_ids",
            "POST /Tokens/Partner/ClaimOffer | Tokens | Tokens.ClaimPartnerOffer => tokens.claim_partner_offer",
            "POST /groups/recommended/{type} | groups | GetRecommendedGroups => groups.get_recommended_groups",
            "GET /repos/{repo}/releases/latest | repos | repos/get-latest-release | one => repos.get_latest_release",
            "GET /Groups/{groupId} | Groups | Groups.GetGroup | one => groups.get",
            "GET /v2/gen-ai/agents | Platform | genai_list_agents | list => platform.list_agents",
            "PUT /customers/{customerId} | Customer | Customer_PutBycustomerId => customer.replace",
            "GET /spaces/{id}/topic/{topic}/reply | spaces | getSpaceReplies | one => spaces.get_replies",
            "POST /docks/{dockId}/activation | docks | ActivateDock => docks.activate",
            "GET /ad_campaign/{id} | campaign | getCampaign | one => campaign.get",
            "GET /projects | project | getProjectCollection | list => project.list",
            "GET /projects/{id} | project | getProjectItem | one => project.get",
            "GET /coupons/{id} | coupons | couponRepositoryV1GetGet | one => coupons.get",
            "DELETE /repos/{id}/caches/{c} | repos | deleteRepoCache => repos.delete_cache",
        ]);
    }

    #[test]
    fn a_controller_that_is_no_group_is_left_out() {
        check(&[
            "DELETE /envelopes/{id}/workflow/sending | Envelope Workflow | EnvelopeSendingRules_DeleteEnvelopeSendingDefinition => envelope_workflow.delete_envelope_sending_definition",
            "POST /apps/{id}/$links/owners | App.Owners | Apps_AddOwner => app_owners.add",
            "POST /v3/{parent}/brands | accounts | travel.accounts.brands.create => accounts.create_brand",
            "POST /releases/{id}/rollback | codepush | codePushRelease_rollback => codepush.code_push_release_rollback",
            "DELETE /teams/{team}/apps/{app} | account | teams_removeApp => account.remove_team_app",
            "GET /apps/{app}/recent | account | releases_listLatest | list => account.list_latest_releases",
            "GET /uploads/{id} | account | releases_getReleaseUploadStatus | one => account.get_release_upload_status",
            "POST /invoice/sendtoclient | invoice | InvoiceApi_SendToClient => invoice.send_to_client",
            "POST /lists/{id}/test | BulkSend | BulkSendV2Test_PostBulkSendTestRequest => bulk_send.test_list",
            "GET /machines/{id}/sizes | Compute | Machines_ListBySize | list => compute.list_machines_by_size",
            "POST /orgs/{org}/teams | organization | orgSearchTeams => organization.search_teams",
            "GET /agents/{id} | Agents | Agents_GetAgentAsync | one => agents.get",
            "POST /datasets/upload/async | Datasets | Datasets_UploadAsync => datasets.upload_async",
        ]);
    }

    #[test]
    fn a_verb_at_the_end_of_an_id_is_the_first_term() {
        check(&[
            "DELETE /extras/export-templates | extras | extras_export-templates_bulk_delete => extras.bulk_delete_export_templates",
            "GET /v3/{name} | accounts | travel.accounts.bigReports.get => accounts.get_big_report",
            "PATCH /{name}/settings/entity/{entity} | notifications | notification_settings_entity_update => notifications.update_settings_entity",
            "DELETE /dcim/ports | dcim | dcim_ports_bulk_delete => dcim.bulk_delete_ports",
            "GET /groups/{id}/roles | groups | requestGroupRoles | list => groups.request_group_roles",
            "DELETE /projects/{id}/triggers/{t} | projects | service_trigger_delete => projects.delete_service_trigger",
            "GET /issues/{id}/times | issue | issueTrackedTimes | list => issue.list_tracked_times",
        ]);
    }

    #[test]
    fn a_term_that_a_parameter_alone_has_stays() {
        check(&[
            "GET /teams/{team_id_or_slug} | teams | get_teams_teamIdOrSlug | one => teams.get",
            "PUT /spaces/{topicId}/pin | spaces | pinTopic => spaces.pin",
            "DELETE /signatures/{id}/{imageType} | signatures | deleteSignatureImage => signatures.delete_image",
            "GET /account/sso/groups/{group_mapping_id} | account | getAccountGroupMapping | one => account.get_group_mapping",
            "GET /{tenant}/{nextLink} | group | Groups_ListNext => group.list_next",
            "GET /orders/{orderNumber} | orders | getOrderOrderNumber | one => orders.get",
        ]);
    }

    #[test]
    fn a_format_in_a_path_is_no_member() {
        check(&[
            "GET /entities.{format} | entities | getEntities | list => entities.list",
            "GET /status.{format} | status | getStatus | one => status.get",
            "DELETE /entities/{id}.{format} | entities |  => entities.delete",
            "GET /messages.json | | | list => messages.list",
        ]);
    }

    #[test]
    fn a_path_that_is_a_sentence_has_no_group() {
        check(&[
            "POST /sendMessage | |  => root.send_message",
            "POST /close | |  => root.close",
            "GET /get_me | | get_me | one => root.get_me",
            "GET /add-ons | | | list => add_ons.list",
        ]);
    }

    #[test]
    fn a_group_after_for_is_cut() {
        check(&[
            "GET /districts/{id}/admins | Districts | getAdminsForDistrict | list => districts.list_admins",
            "GET /servers/{id}/actions | Servers | list_actions_for_server | list => servers.list_actions",
            "GET /messages | Servers | list_actions_for_server | list => servers.list_actions_for_server",
            "GET /spaces/{id}/custom_fields | Custom fields | getCustomFieldsForSpace | list => custom_fields.list_for_space",
            "GET /tags/{id}/flags | tags | get-flags-by-tag | list => tags.list_flags_by_tag",
        ]);
    }

    #[test]
    fn a_verb_of_a_request_method_is_no_action() {
        check(&[
            "POST /billing/actions/ | account |  => account.create_billing_action",
            "POST /forward | recurring | post-forward => recurring.forward",
            "POST /provision/createaccount | provisioning | AutoProvisioning_CreateAccount => provisioning.create_account",
            "POST /folder/user/assign | UserToFolderAssign | UserToFolderAssign_Post => user_to_folder_assign.assign",
            "POST /Items/{itemId}/Refresh | ItemRefresh | Post => item_refresh.refresh",
            "POST /api/UpdateGroupSubscriptions | UpdateGroupSubscriptions | UpdateGroupSubscriptions_PostUpdateGroupSubscription => update_group_subscriptions.create",
            "PUT /bulk/{id}/cancel | bulk | replaceBulkCancel => bulk.cancel",
            "DELETE /customers/payments/{id} | invoices | delete_2 => invoices.delete_customers_payment",
            "POST /servers/{id}/actions/request_console | Server Actions |  => server_actions.request_console",
            "POST /servers/{id}/actions/reset | Server Actions |  => server_actions.reset",
        ]);
    }

    #[test]
    fn an_operation_without_an_id_has_the_verb_of_its_summary() {
        check(&[
            "POST /downloads/images/{id} | downloads | | | Download an image => downloads.download_image",
            "POST /card | card | | | Validates the number => card.validate",
            "PUT /favorites/{id} | users | | | Adds a series => users.add_favorite",
            "PUT /image | image | | | Create and add an image => image.create",
            "DELETE /change-sets/{id} | assets | | | Confirm changes => assets.confirm_change_set",
            "GET /artists/images | artists | | list | Search images => artists.search_images",
            "GET /text/password | text | | one | Generate password => text.generate_password",
            "POST /payments/status | payments | | | Get the status => payments.fetch_status",
            "GET /quote/like/toggle | quote | | | Toggle the like => quote.toggle_like",
            "GET /refresh_token | auth | | one | Refreshes your token => auth.refresh_token",
            "POST /text/humanize | text | | | Humanize text => text.humanize",
            "POST /relation | private | postRelation | | Find related entities => private.fetch_relation",
            "GET /list/languagepairs | transform | | | Lists the pairs => transform.list_languagepairs",
            "POST /images/{id}/compress | images | | | Compress it => images.compress",
            "POST /donations/carbon_calculate | donations | | | Calculate carbon => donations.calculate_carbon",
            "GET /pay/{year} | pay | Gets the pay of an employee for the year that is given | one => pay.get",
        ]);
    }

    #[test]
    fn a_summary_that_is_a_noun_or_says_no_more_does_not_decide() {
        check(&[
            "POST /transfers | transfers | | | Transfer history => transfers.create",
            "POST /tracks | tracks | | | Add a track => tracks.create",
            "PUT /tracks/{id} | tracks | | | Update a track => tracks.update",
            "PUT /v3/tracks/{id}/notes/{note} | tracks | putV3TracksIdNotesNote | | Updates a note of a track. => tracks.update_note",
            "GET /v1/courses/{course}/topics/{id} | courses | courses.topics.get => courses.get_topic",
            "DELETE /v1/courses/{course}/aliases/{id} | courses | courses.aliases.delete => courses.delete_alias",
            "DELETE /gateway/apis/{api} | gateway | => gateway.delete_api",
            "POST /shares/{s}/subscriptions/{id}/reinstate | shares | Subscriptions_Reinstate => shares.reinstate_subscription",
            "PUT /tracks/{id} | tracks | | | Replace a track => tracks.replace",
            "PUT /tracks/{id} | tracks | | | Create or update => tracks.replace",
            "PUT /tracks/{id} | tracks | | | Enable/disable it => tracks.replace",
            "PUT /tracks/{id} | tracks | put_tracks_id | | Create a track => tracks.replace",
            "GET /users/status | users | | one | Return the status => users.get_status",
            "GET /archives/{id} | archives | | one | Create an archive => archives.get",
            "DELETE /trivia/{id} | trivia | | | Create a trivia => trivia.delete",
            "GET /search/videos | search | | list | Search for videos => search.list_videos",
            "POST /tracks | tracks | addTrack | | Download a track => tracks.add",
            "POST /users/{id}/status | users | | | Status of a user => users.create_status",
            "POST /images/uploadimage | images | | | Upload Image => images.upload_image",
        ]);
    }

    #[test]
    fn nouns_without_an_id_have_the_order_and_the_number_of_the_summary() {
        check(&[
            "GET /search/images/creative | search | | one | Search for creative images only => search.get_creative_images",
            "GET /latestposts/{topic} | blog | | one | Get Latest Posts => blog.get_latestposts",
            "GET /statements/{id} | accounts | | one | Get Statements => accounts.get_statement",
            "GET /orders/status | shops | | one | Get the status of orders => shops.get_orders_status",
            "GET /merchants/merchant | places | | list | Returns merchants => places.list_merchants",
            "PUT /hooks/{owner}/:id | hooks | | | Edit a hook => hooks.update",
            "GET /earnings/{earningCode} | earnings | Get Earnings by Earning Code | list => earnings.list_by_earning_code",
            "DELETE /identifiers/{scheme}/{identifier} | identifiers | delete_identifier => identifiers.delete",
        ]);
    }

    #[test]
    fn a_step_that_is_a_sentence_or_a_question_is_the_method_of_a_get() {
        check(&[
            "GET /removeCurationTag | tags |  => tags.remove_curation_tag",
            "GET /numbers/is-prime | checks | | one => checks.is_prime",
            "GET /phone/validate | phone | | one => phone.validate",
            "GET /orders/count.json | orders | | one => orders.count",
            "GET /webhooks/{id}/add_to_data | admin | | one | Retrieve the list => admin.get_webhook_add_to_data",
            "HEAD /series/{id} | series |  => series.head",
            "OPTIONS /airports | airports |  => airports.options",
            "POST /add-ons | add-ons |  => add_ons.create",
            "GET /getuser | station | getuser | one => station.getuser",
            "POST /boxes/createconnection | boxes |  => boxes.create_connection",
            "GET /login | users | | one => users.login",
            "GET /servers/{id} | servers | listServer | one => servers.get",
            "POST /search_users | | | | search for users => root.search_users",
            "POST /contacts/{id}/addToGroup/{group} | contacts |  => contacts.add_to_group",
        ]);
    }

    #[test]
    fn a_group_before_another_noun_is_cut_if_the_path_has_it() {
        check(&[
            "GET /attendees/{key}/polls | attendees | getAttendeePollAnswers | one => attendees.get_poll_answers",
            "GET /resources/list/{id} | resources | listResourceContents | list => resources.list_contents",
            "POST /edges/{key}/{name} | Edge | CreateNewEdge => edge.create",
            "GET /market/depth | orders | getOrderBook | one => orders.get_order_book",
        ]);
    }

    #[test]
    fn what_classes_of_frameworks_are_called_is_left_out() {
        check(&[
            "GET /projects/{id} | projects | get_project_resource | one => projects.get",
            "GET /resources/{id} | resources | get_resource | one => resources.get",
            "POST /users/{id}/location | users | Api_ReportLocation => users.report_location",
            "GET /sites | sites | Sites_Index | list => sites.list",
            "POST /code | authorization | Get Device Code id => authorization.get_device_code",
            "GET /users/{id} | users | Get user by id | one => users.get",
            "GET /usage/transcoders | usage | usageTranscodersIndex | list => usage.list_transcoders",
            "GET /collection/{id}/profile | collection | getCollectionProfiles | list => collection.list_profiles",
            "PUT /rateplans/batch/$rates | RatePlans | RatePlans_BatchUpdateRates => rate_plans.batch_update_rates",
            "PUT /bulk/{id}/cancel | bulk | replaceBulkCancel => bulk.cancel",
            "POST /tokens/burntoken | tokens | burnToken => tokens.burn",
        ]);
    }

    #[test]
    fn what_generators_of_json_api_append_is_left_out() {
        check(&[
            "POST /v1/betaGroups | BetaGroups | betaGroups-create_instance => beta_groups.create",
            "GET /users/{id} | Users | users_getInstance | one => users.get",
            "GET /betaGroups/{id}/builds | BetaGroups | betaGroups-builds-get_to_many_related | list => beta_groups.list_builds",
            "GET /builds/{id}/app | Builds | builds-app-get_to_one_related | one => builds.get_app",
            "PATCH /builds/{id}/relationships/apps | Builds | builds-apps-replace_to_many_relationship => builds.replace_app_relationships",
            "POST / | root | CreateInstance => root.create_instance",
        ]);
    }

    #[test]
    fn a_controller_that_repeats_its_group_is_left_out() {
        check(&[
            "GET /Line/Route | Line | Line_Route | list => line.list_route",
            "GET /Journey/{from}/to/{to} | Journey | Journey_JourneyResults | one => journey.get_results",
            "GET /search/repositories | search | search/repos | list => search.repos",
            "GET /collections | Collection | Collection_Collections | list => collection.list",
            "POST /recipe/{id}/review | Review | Review_Post => review.create",
            "POST /grocerylist/clear | GroceryList | GroceryList_GroceryListRemoveItems => grocery_list.remove_items",
            "PUT /settings/password_rules | AccountPasswordRules | AccountPasswordRules_PutAccountPasswordRules => account_password_rules.replace_password_rules",
            "GET /edge/dataBoxDevices/{name} | Devices | Devices_Get | one => devices.get",
            "GET /audio/licenses | audio | getTrackLicenseList | list => audio.list_track_licenses",
            "DELETE /nodes | nodes | removeNodes => nodes.remove_many",
            "GET /managedApis | ManagedApis | ManagedApis_List | list => managed_apis.list",
        ]);
    }

    #[test]
    fn an_id_of_a_controller_is_read_as_its_action() {
        check(&[
            "GET /vaults/{v}/backupPolicies/{name} | ProtectionPolicies | ProtectionPolicies_Get | one => protection_policies.get",
            "GET /microsoft.web/sites/{name}/backups/{id} | WebApps | WebApps_GetBackup | one => web_apps.get_backup",
            "POST /sites/{name}/iscloneable | WebApps | WebApps_IsCloneable => web_apps.is_cloneable",
            "POST /sites/{name}/slots/{slot}/stopTrace | WebApps | WebApps_StopTraceSlot => web_apps.stop_trace_slot",
            "GET /purchase-orders/{id} | Purchase Orders | purchaseOrdersOne | one => purchase_orders.get",
            "GET /apps/{name} | account | apps_get | one => account.get_app",
            "GET /stores/{name}/error | distribute | storeReleases_getError | one => distribute.get_store_release_error",
            "GET /requirement_types | Requirement Types | docReqsListRequirementTypes | list => requirement_types.list",
            "GET /projects/{id}/resources | Project Resources | projects_list_resources | list => project_resources.list",
            "PUT /role/{id} | roles | partialUpdateRoles => roles.partial_update_roles",
            "POST /verify_profiles | Verify | createVerifyProfile => verify.create_verify_profile",
            "GET /v2/settings | settings | logging.getSettings | one => settings.get",
        ]);
        let names = methods(&[
            "GET /v1/payors/{payorId} | payors | getPayorByIdV1 | one",
            "GET /v2/payors/{payorId} | payors | getPayorByIdV2 | one",
        ]);
        assert_eq!(names, ["payors.get_v1", "payors.get_v2"]);
    }

    #[test]
    fn a_list_is_called_list() {
        check(&[
            "GET /tokens/{token}/{field} | token | getTokensByTokenByField | one => token.get_by_field",
            "GET /lines/{line}/services | environments | servicesForALine | list => environments.list_services_for_line",
            "GET /cards | cards | getListofCards | list => cards.list",
            "GET /countries | help | getListOfCountries | list => help.list_countries",
            "GET /templates | templates | getTemplates | one | Retrieve a list of templates => templates.list",
            "GET /users/{id}/write-permissions | | | list => users.list_write_permissions",
        ]);
    }

    #[test]
    fn a_verb_of_a_path_or_a_summary_is_the_method() {
        check(&[
            "POST /accounts/{id}/closeall | cloud | | | Close all positions => cloud.close_all",
            "GET /jobs/searchall/{name} | job | job_searchall_read | list => job.search_all",
            "POST /containers/{id}/wait | Container | ContainerWait | | Wait for a container => container.wait",
            "PUT /containers/{id}/archive | Container | PutContainerArchive | | Unpack an archive => container.unpack_archive",
            "POST /tags/time-series | | | | Return the recent history for a tag => tags.fetch_time_series",
            "POST /recipe/{id}/feedback | Recipe | Recipe_Feedback | | Feedback on a recipe => recipe.create_feedback",
            "POST /inbound/domains | | | | List the domains => inbound.fetch_domains",
            "GET /builder/rules | Builder API | | list => builder_api.list_rules",
            "POST /tags/time-series | | | | Returns the created tag => tags.create_time_series",
            "PUT /devices/{name}/orders/default | Orders | Orders_Put | one => orders.replace",
            "POST /orders/shipped | orders | | | Bulk update of orders => orders.bulk_update_shipped",
            "DELETE /statuses/bulkDelete | | | | Bulk delete statuses => statuses.bulk_delete",
            "GET /projects/search/{query} | |  => projects.search",
            "GET /access-tokens/{token}/invalidate | |  => access_tokens.invalidate",
            "DELETE /storage/{name}/sas/{sas-definition-name} | storage | DeleteSasDefinition => storage.delete_sas_definition",
        ]);
    }

    #[test]
    fn a_dotted_id_has_its_verb_before_its_resource() {
        let names = methods(&[
            "GET /v1/{name} | projects | dataproc.projects.regions.clusters.get | one",
            "POST /v1/{parent}/jobs:submitAsOperation | projects | dataproc.projects.regions.jobs.submitAsOperation",
            "GET /v1/{parent}/nodeGroups | projects | dataproc.projects.regions.nodegroups.list | list",
            "POST /v1/{name}:batchDelete | projects | dataproc.projects.jobs.batchDelete",
        ]);
        let expected = [
            "projects.get_cluster",
            "projects.submit_job_as_operation",
            "projects.list_node_groups",
            "projects.batch_delete_jobs",
        ];
        assert_eq!(names, expected);
        let names = methods(&[
            "POST /v1/{a}:setIamPolicy | projects | dataproc.projects.zones.jobs.setIamPolicy",
            "POST /v1/a/{a}:setIamPolicy | projects | dataproc.projects.regions.jobs.setIamPolicy",
        ]);
        let expected = ["projects.set_zone_job_iam_policy", "projects.set_region_job_iam_policy"];
        assert_eq!(names, expected);
        let names = methods(&[
            "GET /v1/{parent}/jobs | projects | dataflow.projects.jobs.list | list",
            "GET /v1/a/{parent}/jobs | projects | dataflow.projects.locations.jobs.list | list",
        ]);
        assert_eq!(names, ["projects.list_project_jobs", "projects.list_location_jobs"]);
    }

    #[test]
    fn the_last_step_of_a_dotted_id_is_a_verb_also_in_no_list() {
        check(&[
            "GET /v1/{name}:access | projects | secrets.projects.secrets.versions.access | one => projects.access_version",
            "POST /v1/{path}:entities | accounts | tags.accounts.folders.entities => accounts.folder_entities",
            "POST /v1/{path}:quick_preview | accounts | tags.accounts.workspaces.quick_preview => accounts.quick_preview_workspace",
            "POST /v1/{name}:alterTables | projects | store.projects.services.alterTables => projects.alter_service_tables",
            "POST /v1/{name}:signDevice | nodes | sas.nodes.devices.signDevice => nodes.sign_device",
            "POST /v1/{parent}/nodes | nodes | sas.nodes.nodes.create => nodes.create",
        ]);
    }

    #[test]
    fn functions_of_one_name_are_told_apart_by_their_paths() {
        let operation =
            |path: &str, id: &str| format!("PUT {path} | lists | {id}{}_put", path.replace(['/', '{', '}'], "_"));
        let each = ["/lists/public/{id}/status", "/lists/private/{id}/status"];
        let each = each.map(|path| operation(path, "change_status_of_list"));
        let names = methods(&each.each_ref().map(String::as_str));
        assert_eq!(names, ["lists.change_status_public", "lists.change_status_private"]);
        let names = methods(&[
            "GET /accounts/{id}/transactions | transactions | | list",
            "GET /transaction_accounts/{id}/transactions | transactions | | list",
        ]);
        assert_eq!(
            names,
            [
                "transactions.list_account_transactions",
                "transactions.list_transaction_account_transactions"
            ]
        );
    }

    #[test]
    fn two_request_methods_of_an_action_do_not_repeat_the_group() {
        let operation =
            |id: &str| format!("{{ tags: [pad], operationId: {id}, responses: {{ '200': {{ description: D }} }} }}");
        let (get, post) = (operation("createPadUsingGET"), operation("createPadUsingPOST"));
        let text = format!(
            "openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n  /createPad:\n    get: {get}\n    post: {post}\n"
        );
        let names = names_of(&text);
        assert_eq!(names, ["pad.create_pad", "pad.create"]);
    }

    #[test]
    fn a_number_of_a_framework_is_replaced_by_the_path() {
        let names = methods(&[
            "GET /customers/{id}/contact | clients | getContact_1 | one",
            "GET /customers/persons/ids | clients | getAllIds_1 | list",
            "GET /clients/{id}/files/{fileId} | clients | getFile_1 | one",
            "GET /services/all | clients | getAll_1 | list",
            "DELETE /clients/{id}/episodes/{key} | clients | deleteClient_1",
            "POST /orders | clients | step_1",
            "GET /clients/{id}/contact | clients | getContact | one",
            "GET /clients/ids | clients | getAllIds | list",
            "GET /clients/{id}/file | clients | getFile | one",
            "GET /clients | clients | getAll | list",
            "DELETE /clients/{id} | clients | deleteClient",
        ]);
        let expected = [
            "clients.get_customer_contact",
            "clients.list_customer_person_ids",
            "clients.get_file_by_file_id",
            "clients.list_services",
            "clients.delete_episode",
            // No other operation has the id `step`.
            "clients.step_1",
        ];
        assert_eq!(names[..6], expected);
    }

    #[test]
    fn a_whole_path_keeps_its_short_name() {
        let names = methods(&["GET /a/{id}/history | a", "GET /a/{id}/history/{year} | a"]);
        assert_eq!(names, ["a.get_history", "a.get_history_by_year"]);
    }

    #[test]
    fn an_action_of_the_path_stands_once() {
        check(&[
            "GET /collections/{collection} | collection | getCollection | one => collection.get",
            "GET /search/type/emails | type_emails | search_emails | list => type_emails.search",
            "GET /api/certificates | certificates | allCerts | list => certificates.list_certs",
            "POST /inventories/watcher/restart | inventories | fileWatcherRestart => inventories.restart_file_watcher",
            "GET /teams/{team}/matches/{year} | teams | getTeamMatchesByYear | list => teams.list_matches_by_year",
            "GET /items/{id}/subtitles/{language} | subtitles | searchRemoteSubtitles | list => subtitles.search_remote_subtitles",
            "POST /movePad | | movePadUsingPOST => root.move_pad",
            "GET /setHTML | pad | setHTMLUsingGET => pad.set_html",
            "POST /techniques/reload | techniques | techniques => techniques.reload",
            "POST /usermanagement/update/{name} | User Management | updateUser => user_management.update",
        ]);
    }

    #[test]
    fn a_group_with_a_version_is_not_repeated() {
        check(&[
            "GET /permissions | permissions_v2 | ListPermissions | list => permissions_v2.list",
            "PATCH /apis/apps/v1/{ns}/replicasets/{name} | apps_v1 | patchAppsV1ReplicaSet => apps_v1.update_replica_set",
            "PUT /scoreboardV2 | scoreboard_v2 | replaceScoreboardV2 => scoreboard_v2.replace",
            "POST /snmpv3/view/add/{name} | snmp_v3 | snmpv3_view_add => snmp_v3.add_view",
            "GET /orders | orders_v2 | getOrdersV2 | list => orders_v2.list",
            "GET /instances/{id}/ipv6s | IPv6 | listIPv6s | list => ipv6.list",
            "GET /apis/apps/v1/watch/jobs | apps_v1 | watchAppsV1JobList | list => apps_v1.watch_job_list",
        ]);
    }

    #[test]
    fn operations_of_two_versions_have_the_version_in_their_names() {
        let names = methods(&[
            "GET /v1/locations/{id}/c | locations | ",
            "GET /v2/locations/{id}/c | locations | ",
        ]);
        assert_eq!(names, ["locations.get_c_v1", "locations.get_c_v2"]);
    }

    #[test]
    fn a_plural_with_a_response_of_one_item_is_a_list() {
        let schema = |name: &str| format!("{name}: {{ type: object, properties: {{ id: {{ type: string }} }} }}, ");
        let path = |[path, id, name]: [&str; 3]| {
            let id = if id.is_empty() {
                String::new()
            } else {
                format!("operationId: {id}, ")
            };
            let content = format!("application/json: {{ schema: {{ $ref: '#/components/schemas/{name}' }} }}");
            format!(
                "  {path}:\n    get: {{ {id}responses: {{ '200': {{ description: D, content: {{ {content} }} }} }} }}\n"
            )
        };
        let all = [
            ["/categories", "", "Category"],
            ["/totals", "", "CartTotal"],
            ["/v3/repository/tags", "getV3RepositoryTags", "RepoTag"],
            ["/limits", "", "Limits"],
        ];
        let schemas = all.map(|[.., name]| schema(name)).concat();
        let text = format!(
            "openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n{}components: {{ schemas: {{ {schemas} }} }}\n",
            all.map(path).concat()
        );
        assert_eq!(
            names_of(&text),
            ["categories.list", "totals.get", "repository.list_tags", "limits.get"]
        );
    }

    #[test]
    fn operations_with_one_short_name_are_told_apart_by_their_parameter() {
        let names = methods(&[
            "GET /plan/{uuid} | plan | ",
            "GET /plan/name | plan | ",
            "GET /plan | plan | ",
        ]);
        assert_eq!(names, ["plan.get", "plan.get_name", "plan.get_plan"]);
        let names = methods(&[
            "GET /articles/{id}/reviews | articles | ",
            "GET /article-reviews | articles | ",
        ]);
        assert_eq!(names, ["articles.list_reviews_by_id", "articles.list_article_reviews"]);
        let names = methods(&["GET /now?city={city} | now | ", "GET /now?lat={lat}&lon={lon} | now | "]);
        assert_eq!(names, ["now.get_by_city", "now.get_by_lat_lon"]);
        let names = methods(&[
            "POST /V1/returns | returns | rmaManagementV1SaveRmaPost",
            "PUT /V1/returns/{id} | returns | rmaManagementV1SaveRmaPut",
        ]);
        assert_eq!(names, ["returns.create", "returns.replace"]);
    }

    #[test]
    fn the_standard_method_keeps_its_name_beside_another_of_that_name() {
        let operation = |method: &str, id: &str| {
            let id = if id.is_empty() {
                String::new()
            } else {
                format!("operationId: {id}, ")
            };
            format!("    {method}: {{ {id}tags: [logs], responses: {{ '204': {{ description: D }} }} }}\n")
        };
        let paths = [
            ("/logs", [operation("delete", ""), String::new()]),
            ("/logs/export", [operation("get", ""), operation("post", "")]),
            ("/logs/delete", [operation("post", ""), String::new()]),
            ("/logs/{id}", [operation("delete", ""), String::new()]),
            (
                "/logs/{id}/level",
                [
                    operation("put", "logs_update_level"),
                    operation("patch", "logs_patch_level"),
                ],
            ),
        ];
        let paths: String = paths.map(|(path, all)| format!("  {path}:\n{}", all.concat())).concat();
        let text = format!("openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n{paths}");
        let expected = [
            "delete_many",
            "export",
            "post_export",
            "post_delete",
            "delete",
            "update_level",
            "patch_level",
        ];
        assert_eq!(names_of(&text), expected.map(|name| format!("logs.{name}")));
    }
}
