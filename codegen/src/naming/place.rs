//! An operation by its path and the terms of its id.
//!
//! In: both, and the group. Out: which terms of the id, the path and the group are the same. No other operation matters.

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::iter::exactly_one;
use sdkwright_contract::words::same_noun;

use super::shorten::{ARTICLES, is_preposition, is_version};
use super::steps::{Segment, is_run};
use super::verbs::{BULK, QUANTIFIERS, STANDARD, TOKENS, is_verb, singular_of};

/// Terms of an id that add nothing to method and path.
pub(super) const FILLERS: &[&str] = &[
    "all", "api", "by", "endpoint", "id", "ids", "one", "rest", "single", "specific",
];

/// An operation by its path and the terms of its id.
pub(super) struct PathTerms<'a> {
    pub(super) operation: &'a ir::Operation,
    pub(super) steps: Vec<Segment>,
    /// The terms of the id; `None` for an operation without an id.
    pub(super) id: Option<Vec<&'a str>>,
    /// True if the id begins or ends in a request method: its terms that the path does not have mean nothing.
    pub(super) is_generated: bool,
    pub(super) group: Vec<&'a str>,
    pub(super) is_list: Option<bool>,
    pub(super) has_array: bool,
    pub(super) is_array: bool,
    /// The verb that the documentation begins with.
    pub(super) told: Option<String>,
}

impl PathTerms<'_> {
    /// Returns true if the group ends in that step, alone or with those before it.
    pub(super) fn is_group(&self, end: usize) -> bool {
        let Some(last) = self.steps[end].literal() else {
            return false;
        };
        let is_tail = |words: &[&str]| {
            let from = self.group.len().checked_sub(words.len());
            from.is_some_and(|from| is_run(&self.group[from..], words))
                || is_run(&[&words.concat()], &[&self.group.concat()])
        };
        let own: Vec<&str> = last.iter().map(String::as_str).collect();
        // The parent of `/users/{id}/posts` may be a part of the group.
        let before = self.steps[..end].iter().rev().find_map(Segment::literal);
        let both: Vec<&str> = before
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(own.iter().copied())
            .collect();
        // `/repos` for the group `repository`.
        let is_short_form = match (own.as_slice(), self.group.as_slice()) {
            // `/t/{id}` of `topics`
            ([own], [.., group]) if end == 0 && own.len() == 1 => group.starts_with(*own),
            ([own], [group]) => own.len() > 2 && group.starts_with(&*singular_of(own)),
            _ => false,
        };
        // `Devices_Get` of `/dataBoxEdgeDevices/{name}`
        let is_longer = || {
            let id = self.id.as_deref().unwrap_or_default();
            let more = own.len().checked_sub(self.group.len());
            more.is_some_and(|more| {
                let is_plain =
                    !id.is_empty() && !own[..more].iter().any(|word| id.iter().any(|own| word.contains(own)));
                is_plain && is_run(&own[more..], &self.group)
            })
        };
        // `/webhooks/incoming` of `incoming webhooks`
        let is_next =
            end > 0 && end + 1 < self.steps.len() && self.steps[end - 1].literal().is_some() && both.len() == 2;
        let is_turned = || is_next && is_run(&[&own[..], &both[..both.len() - own.len()]].concat(), &self.group);
        !self.group.is_empty() && (is_tail(&own) || is_tail(&both) || is_turned() || is_short_form || is_longer())
    }

    /// Returns the steps after the group, or `None` if the path does not have it.
    pub(super) fn after(&self) -> Option<&[Segment]> {
        let end = (0..self.steps.len()).rev().find(|end| self.is_group(*end))?;
        let rest = &self.steps[end + 1..];
        // The parameter of the group belongs to it.
        let is_own = matches!(rest.first(), Some(Segment::Parameter(_)));
        Some(&rest[usize::from(is_own)..])
    }

    /// Returns true if the id contains a term of that step.
    pub(super) fn mentions(&self, words: &[String]) -> bool {
        let Some(id) = &self.id else { return true };
        let whole = words.concat();
        let is_in =
            |word: &&str| words.iter().any(|own| same_noun(own, word)) || word.len() > 3 && whole.contains(*word);
        id.iter().any(is_in) || id.windows(2).any(|pair| same_noun(&pair.concat(), &whole))
    }

    /// Returns true for a term that method, path or group contain as well.
    pub(super) fn is_said(&self, at: usize, word: &str) -> bool {
        let token = self.operation.method.token().to_ascii_lowercase();
        let plain = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_collection = self.is_collection() && word == "collection";
        // `getProjectItem` beside `getProjectCollection`
        let before = self.id.as_ref().and_then(|id| id.get(at.checked_sub(1)?));
        let is_item = word == "item"
            && !self.is_in_path(at, word)
            && before.is_some_and(|word| self.group.last().is_some_and(|own| same_noun(own, word)));
        let is_filler = match word {
            "all" => self.operation.method == Method::Get,
            _ => FILLERS.contains(&word),
        };
        is_filler
            || is_item
            || is_collection
            || plain == token
            || TOKENS.contains(&plain)
            || STANDARD.contains(&word)
            || self.is_verb_at_end(at, word)
            || ARTICLES.contains(&word)
            || is_version(word) && (at < 2 || self.operation.path.contains(word))
            || word == "v" && self.has_version()
            || word == "using" && self.id.iter().flatten().nth(at + 1) == Some(&token.as_str())
            || self.group.iter().any(|own| same_noun(own, word))
            || self.is_in_path(at, word)
    }

    /// Returns true for the verb that a framework appends to an id: `accounts_workers_destroy`.
    fn is_verb_at_end(&self, at: usize, word: &str) -> bool {
        let is_end = at > 0 && self.id.as_ref().is_some_and(|id| id.len() == at + 1);
        match self.operation.method {
            Method::Delete => is_end && word == "destroy",
            Method::Get => is_end && matches!(word, "read" | "retrieve"),
            Method::Patch => {
                word == "partial" && self.is_partial_update() && self.id.iter().flatten().count() == at + 2
            }
            _ => false,
        }
    }

    /// Returns true for an id that ends in the verb of frameworks for a `PATCH`.
    pub(super) fn is_partial_update(&self) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        self.operation.method == Method::Patch && id.len() > 2 && id.ends_with(&["partial", "update"])
    }

    /// Returns the nouns of a method in the order of the id, if it begins in that verb and has the same nouns: `latest release` of
    /// `/releases/latest`.
    pub(super) fn in_order(&self, verb: &[String], nouns: Vec<String>) -> Vec<String> {
        if self.id.is_none() || self.is_generated {
            return self.as_in_title(nouns, verb);
        }
        let id: Vec<&str> = self.id.iter().flatten().copied().collect();
        let begins = verb.len() == 1
            && id
                .first()
                .is_some_and(|first| *first == verb[0] || verb[0] == "list" && *first == "get");
        let place = |noun: &String| exactly_one((1..id.len()).filter(|at| same_noun(id[*at], noun)));
        let places: Option<Vec<usize>> = nouns.iter().map(place).collect();
        let is_plain = begins && !id.contains(&"by");
        let Some(mut places) = places else {
            return nouns;
        };
        let is_in_order = places.is_sorted();
        places.sort_unstable();
        let is_twice = places.windows(2).any(|pair| pair[0] == pair[1]);
        if !is_plain || is_in_order || is_twice {
            return nouns;
        }
        let mut ordered: Vec<String> = places.iter().map(|at| id[*at].to_owned()).collect();
        if let Some(last) = ordered
            .last_mut()
            .filter(|last| verb[0] == "list" && singular_of(last) == **last)
        {
            let plural = nouns.into_iter().find(|noun| same_noun(noun, last));
            *last = plural.unwrap_or_default();
        }
        ordered
    }

    /// Returns true if a method means the same as its id, which a person wrote: its nouns have the order and the prepositions of the id. `getSpacesByIds` is not `list_ids`, and `ClaimPartnerOffer` is not `create_partner_claim_offer`.
    pub(super) fn is_faithful(&self, method: &[String]) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        // `patchDefaultQueue` of `/messaging`; a plural is its own noun.
        let last = self
            .steps
            .last()
            .and_then(Segment::literal)
            .and_then(|words| words.last());
        let is_one = last.is_some_and(|word| singular_of(word) == *word);
        let has_own = || is_one && id.len() > 1 && (1..id.len()).all(|at| !self.is_said(at, id[at]));
        if id.first().is_some_and(|first| TOKENS.contains(first)) && method.len() == 1 && has_own() {
            return false;
        }
        if self.is_generated || id.is_empty() || is_run(id, &self.group) || self.spells_path() {
            return true;
        }
        // `getContractTestRelations` of `/contracttest` is about its relations.
        let head = id.len().checked_sub(self.group.len()).filter(|head| *head > 1);
        let is_about = |head: usize| {
            let is_noun = method.last().is_some_and(|noun| same_noun(noun, id[head - 1]));
            is_noun && method.len() > 1 && is_run(&id[head..], &self.group)
        };
        if head.is_some_and(is_about) && !(0..self.steps.len()).any(|end| self.is_group(end)) {
            return false;
        }
        let may_add_by = id.contains(&"by") || !id.iter().any(|word| is_verb(word));
        let is_in = |id: &[&str]| {
            let mut from = 0;
            method.iter().enumerate().skip(1).all(|(at, noun)| {
                let place = (from..id.len()).find(|place| same_noun(id[*place], noun));
                from = place.map_or(from, |place| place + 1);
                let before = place.and_then(|place| id.get(place.checked_sub(1)?));
                let is_kept = |word: &&str| !is_preposition(word) || method[..at].iter().any(|own| own == word);
                noun == "by" && may_add_by
                    || id.len() > 1 && QUANTIFIERS.contains(&noun.as_str())
                    || place.is_some() && before.is_none_or(is_kept)
            })
        };
        // Nouns may stand before the verb: `groups_bulkDeleteApps`.
        let is_bulk = |word: &str| BULK.contains(&word);
        let is_method = |word: &str| method[0] == word || method[0] == "list" && word == "get";
        let verbs = (1..id.len()).filter(|at| is_method(id[*at]));
        let turned = |at: usize| {
            let end = id.len().min(at + 1 + usize::from(is_bulk(id[at])));
            [&id[at..end], &id[..at], &id[end..]].concat()
        };
        // `BatchUpdateRates`
        let is_cut = verbs
            .clone()
            .any(|at| is_bulk(id[at - 1]) && !is_bulk(&method[0]) && !self.group.contains(&id[at - 1]));
        !is_cut && (is_in(id) || verbs.map(turned).any(|id| is_in(&id)))
    }

    /// Returns true for an id that is a path, its request method and its parameters: `themes_childobjects_get_id`.
    fn spells_path(&self) -> bool {
        let token = self.operation.method.token().to_ascii_lowercase();
        let id = self.id.as_deref().unwrap_or_default();
        let mut parts = id.splitn(2, |word| *word == token);
        let parameters = || self.steps.iter().filter(|step| step.literal().is_none());
        let is_parameter = |word: &str| parameters().flat_map(Segment::words).any(|own| own == word);
        let (Some(path @ [_, ..]), Some(rest)) = (parts.next(), parts.next()) else {
            return false;
        };
        !path.iter().any(|word| is_preposition(word)) && rest.iter().all(|word| *word == "by" || is_parameter(word))
    }

    /// Returns true for an id that is a verb and the group: `GetAllMileageEntryPrices`.
    pub(super) fn is_verb_and_group(&self) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        let is_more = |word: &&&str| QUANTIFIERS.contains(*word);
        // All of them are a list, and not the one that is deleted.
        let may_have = self.operation.method == Method::Get;
        let more = id
            .iter()
            .skip(1)
            .take_while(|word| may_have && is_more(word) || ARTICLES.contains(*word))
            .count();
        id.len() > 1 && is_run(&id[1 + more..], &self.group)
    }

    /// Returns true for an id that is the group and a verb: `ProtectionPolicies_Get`.
    pub(super) fn is_group_and_verb(&self) -> bool {
        let is_verb = |word: &str| STANDARD.contains(&word) || TOKENS.contains(&word);
        matches!(self.id.as_deref(), Some([group @ .., verb]) if is_run(group, &self.group) && is_verb(verb))
    }

    /// Returns true for an id that begins in its group: `WebApps_ListBackups`.
    pub(super) fn begins_in_group(&self) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        id.get(..self.group.len())
            .is_some_and(|start| is_run(start, &self.group))
    }

    /// Returns true for an id with nouns after that action: `StopTraceSlot` of `/slots/{slot}/stopTrace`.
    pub(super) fn says_more(&self, action: &[String]) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        let at = id.windows(action.len().max(1)).position(|run| run == action);
        let is_noun = |word: &&str| {
            let mut literals = self.steps.iter().filter_map(Segment::literal);
            !is_preposition(word)
                && (!is_verb(word) || literals.any(|words| words == [*word]))
                && !FILLERS.contains(word)
                && self
                    .steps
                    .iter()
                    .filter_map(Segment::literal)
                    .flatten()
                    .any(|own| same_noun(own, word))
                && *word != "action"
                && !is_version(word)
        };
        let is_group = |word: &&&str| self.group.iter().any(|own| same_noun(own, word));
        let rest = at.map_or(&[][..], |at| &id[at + action.len()..]);
        let mut rest = rest.iter().filter(|word| !is_group(word)).peekable();
        !self.is_generated && rest.peek().is_some() && rest.all(is_noun)
    }

    /// Returns true for an id that ends in a term for a list: `api_team-members_get_collection`, `getTeamList`.
    pub(super) fn is_collection(&self) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        let is_list = id.first() == Some(&"get") && matches!(id.last(), Some(&"collection" | &"list"));
        // `GetBlockList` of `/blocklists`
        let is_step = || id.last().is_some_and(|last| self.is_in_path(id.len() - 1, last));
        let is_appended = id.len() > 2 && id.ends_with(&["get", "collection"]);
        self.operation.method == Method::Get && (is_appended || is_list && !is_step())
    }

    /// Returns true if the id contains these terms, one after the other.
    pub(super) fn has_run(&self, words: &[String]) -> bool {
        self.id
            .iter()
            .any(|id| id.windows(words.len().max(1)).any(|run| run == words))
    }

    /// Returns true if the path has a version, of which an id without digits has the `v` alone: `BoxScoreV` of `/BoxScoreV3`.
    fn has_version(&self) -> bool {
        let letters: Vec<char> = self.operation.path.chars().collect();
        letters
            .windows(2)
            .any(|pair| matches!(pair[0], 'v' | 'V') && pair[1].is_ascii_digit())
    }

    /// Returns true if the path has a term of the id, alone or joined with its neighbours (`mongo db`).
    pub(super) fn is_in_path(&self, at: usize, word: &str) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        let runs = (0..3_usize).flat_map(|before| (1..=3_usize).map(move |length| (at.checked_sub(before), length)));
        let joined = runs.filter_map(|(from, length)| {
            let from = from?;
            (from + length > at)
                .then(|| id.get(from..from + length))?
                .map(<[&str]>::concat)
        });
        let joined: Vec<String> = joined.collect();
        self.steps.iter().any(|step| {
            let words = step.words();
            let whole = words.concat();
            words.iter().any(|own| same_noun(own, word))
                || word.len() > 3 && whole.contains(word)
                || joined.iter().any(|run| same_noun(run, &whole))
        })
    }

    /// Returns the verb of the id, if it is one of a standard method. A noun of the path is none after the first term.
    pub(super) fn verb(&self) -> Option<&str> {
        if self.is_partial_update() {
            return Some("partial_update");
        }
        let is_noun = |word: &str| {
            let mut words = self.steps.iter().flat_map(Segment::words);
            words.any(|own| same_noun(own, word))
        };
        let mut words = self.id.iter().flatten().enumerate();
        let is_read = self.operation.method == Method::Get;
        let is_group = |word: &str| self.group.len() > 1 && self.group.contains(&word);
        // `CanDelete` asks.
        let asks = self.asks();
        let is_it = |at: usize, word: &str| {
            let is_standard = !asks && STANDARD.contains(&word) && (is_read || word != "list");
            let is_first = at == 0 && (!is_group(word) || self.group[0] != word);
            is_standard && (is_first || !is_noun(word) && !is_group(word)) || self.is_verb_at_end(at, word)
        };
        words.find(|(at, word)| is_it(*at, word)).map(|(_, word)| *word)
    }

    /// Returns true if the id ends in a singular: `get_model_run`.
    pub(super) fn ends_in_one(&self) -> bool {
        let phrase = self.id.iter().flatten().take_while(|word| !is_preposition(word));
        let last = phrase.filter(|word| !is_version(word)).last();
        last.is_some_and(|word| singular_of(word) == *word && !FILLERS.contains(word))
    }

    /// Returns a step as the id divides it into terms: `privileged attributes` of `/privilegedattributes`.
    pub(super) fn spelled(&self, step: &[String]) -> Option<Vec<String>> {
        let ([whole], Some(id)) = (step, &self.id) else {
            return None;
        };
        let runs = (0..id.len()).flat_map(|from| (2..=6_usize).filter_map(move |length| id.get(from..from + length)));
        let mut runs = runs.filter(|run| same_noun(&run.concat(), whole));
        runs.next()
            .map(|run| run.iter().map(|word| (*word).to_owned()).collect())
    }

    /// Returns true if the id has the terms before its group: there they describe it (`active users`).
    pub(super) fn is_adjective(&self, words: &[String]) -> bool {
        let Some(id) = &self.id else { return false };
        let own = words
            .last()
            .and_then(|own| id.iter().rposition(|word| same_noun(word, own)));
        let group = self
            .group
            .last()
            .and_then(|own| id.iter().position(|word| same_noun(word, own)));
        own.zip(group).is_some_and(|(own, group)| own < group)
    }

    /// Returns true if the id has a verb that is neither a standard method nor a request method.
    pub(super) fn has_other_verb(&self) -> bool {
        let token = self.operation.method.token();
        let is_asked = |word: &str| matches!(word, "has" | "is");
        let is_other = |word: &&str| {
            (is_verb(word) || is_asked(word)) && !TOKENS.contains(word) && !word.eq_ignore_ascii_case(token)
        };
        !self.is_generated && self.id.iter().flatten().any(is_other)
    }

    /// Returns true for an id that is a question: `CanDelete`.
    fn asks(&self) -> bool {
        let first = self.id.as_ref().and_then(|id| id.first());
        let is_step = |word: &str| {
            self.steps
                .iter()
                .filter_map(Segment::literal)
                .any(|step| step == [word])
        };
        first.is_some_and(|first| matches!(*first, "can" | "has" | "is") && !is_step(first))
    }

    /// Returns true if the id begins in a verb that is a part of the path, and neither its group nor a resource with members.
    pub(super) fn begins_in_verb(&self) -> bool {
        let first = self.id.as_ref().filter(|id| id.len() > 1).and_then(|id| id.first());
        let is_resource = |word: &str| {
            let is_members =
                |pair: &[Segment]| pair[0].words().iter().any(|own| own == word) && pair[1].literal().is_none();
            self.steps.windows(2).any(is_members) || self.group.iter().any(|own| same_noun(own, word))
        };
        let is_it = |word: &&str| is_verb(word) && !TOKENS.contains(word) && !is_resource(word);
        self.asks() || first.is_some_and(is_it)
    }

    /// Returns true for a plural of the id before the parameter that the path ends in: `getMatchesByYear` of `/matches/{year}`. An id that
    /// is its path has the plural of the path: `get_bids_contract_id`.
    pub(super) fn says_plural(&self) -> bool {
        let [.., Segment::Literal(words), Segment::Parameter(name)] = self.steps.as_slice() else {
            return false;
        };
        // `GetWebhooks` of `/webhook/{key}`
        let own = self
            .id
            .as_ref()
            .and_then(|id| id.last())
            .filter(|own| singular_of(own) != **own);
        let last = words.last().filter(|noun| own.is_some_and(|own| same_noun(own, noun)));
        let noun = words.last().filter(|noun| singular_of(noun) != **noun);
        let is_path = self.is_generated || self.has_run(name) && !self.id.iter().flatten().any(|word| *word == "by");
        let id = self.id.as_deref().unwrap_or_default();
        let is_other = id.first().is_some_and(|first| *first != "get" && is_verb(first));
        !is_path && !is_other && (last.is_some() || noun.is_some_and(|noun| self.has_run(std::slice::from_ref(noun))))
    }

    /// Returns true if that verb is a step: `search_emails` of `/search/type/emails`.
    pub(super) fn begins_in_step(&self) -> bool {
        let first = self.id.as_ref().and_then(|id| id.first());
        let mut literals = self.steps.iter().filter_map(Segment::literal);
        let is_standard = first.is_some_and(|first| STANDARD.contains(first));
        self.begins_in_verb() && !is_standard && literals.any(|words| first.is_some_and(|first| words == [*first]))
    }

    /// Returns true if an id counts its group by a noun that follows it in the path: `GetUserSessionCount` of `/sessions/users/count`.
    pub(super) fn counts_group(&self) -> bool {
        let id = self
            .id
            .as_deref()
            .filter(|_| !self.is_generated && !self.group.is_empty());
        let Some([id @ .., "count"]) = id else {
            return false;
        };
        let at = id.len().saturating_sub(self.group.len());
        let group = (0..self.steps.len()).find(|end| self.is_group(*end));
        let after = self.steps.get(group.unwrap_or_default()..).unwrap_or_default();
        let mut nouns = after.iter().skip(1).filter_map(Segment::literal).flatten();
        at > 1 && is_run(&id[at..], &self.group) && group.is_some() && nouns.any(|own| same_noun(own, id[at - 1]))
    }
}
