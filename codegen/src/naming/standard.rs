//! Standard methods: `list`, `get`, `create`, `update`, `replace` and `delete`, with the nouns of the path after the group.
//!
//! In: an operation, its id if it has one, and its group. Out: the terms of its method, if the id adds nothing to method and
//! path. They depend on this operation alone, so that no other one renames it.

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::lists;
use sdkwright_contract::words::{Words, same_noun};

use super::shorten::{ARTICLES, BULK, QUANTIFIERS, is_preposition, is_verb, is_version};
use super::steps::{Step, is_run, singular, singular_of, steps};

/// Terms of an id that add nothing to method and path.
const FILLERS: &[&str] = &[
    "all", "api", "by", "endpoint", "id", "ids", "one", "rest", "single", "specific",
];

/// Verbs of the standard methods in ids.
const STANDARD: &[&str] = &["create", "delete", "get", "list", "replace", "update"];

/// Request methods that users do not write as verbs.
const TOKENS: &[&str] = &["patch", "post", "put"];

/// Terms of a path that are actions also if a parameter or nothing is around them.
const ACTIONS: &[&str] = &[
    "add", "cancel", "create", "delete", "edit", "find", "get", "list", "remove", "search", "set", "update",
];

/// Verbs that begin a sentence and never a noun phrase, as `upload` of `upload_sessions` does.
#[rustfmt::skip]
const PURE: &[&str] = &[
    "accept", "activate", "add", "approve", "calculate", "cancel", "complete", "convert", "create",
    "deactivate", "delete", "disable", "enable", "fetch", "generate", "get", "invite", "join", "leave",
    "list", "publish", "read", "refresh", "register", "reject", "remove", "resend", "reset", "revoke", "send",
    "submit", "update", "validate", "verify", "write",
];

/// Nouns at the end of a path that a `POST` asks for, and does not create.
const QUESTIONS: &[&str] = &["autocomplete", "count", "filter", "lookup", "query", "search"];

/// Verbs of a `GET`; other verbs are nouns there.
const READS: &[&str] = &[
    "check", "count", "download", "export", "find", "get", "list", "lookup", "preview", "search", "validate", "verify",
];

/// An operation by its path and the terms of its id.
struct Place<'a> {
    operation: &'a ir::Operation,
    steps: Vec<Step>,
    /// The terms of the id; `None` for an operation without an id.
    id: Option<Vec<&'a str>>,
    /// True if the id begins or ends in a request method: its terms that the path does not have mean nothing.
    is_generated: bool,
    group: Vec<&'a str>,
    is_list: Option<bool>,
}

/// The terms of a method.
pub(super) struct MethodWords {
    pub(super) short: Words,
    /// With the parameter at the end of the path, and without the group alone, if another operation has the short name.
    pub(super) long: Vec<Words>,
}

impl MethodWords {
    /// Returns a method with one name.
    pub(super) fn of(short: Words) -> Self {
        Self {
            short,
            long: Vec::new(),
        }
    }
}

/// Returns the terms of a standard method, or of the action that the path ends in.
pub(super) fn method(
    api: &ir::Api,
    operation: &ir::Operation,
    id: Option<&Words>,
    group: &Words,
) -> Option<MethodWords> {
    let steps = steps(&operation.pieces);
    let id: Option<Vec<&str>> = id.map(|words| words.each().collect());
    let place = Place {
        operation,
        is_generated: id.as_ref().is_some_and(|id| is_generated(operation, id, &steps)),
        id,
        steps,
        group: group.each().collect(),
        is_list: lists::has_items(api, operation),
    };
    let joined = |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Words::of_each(&words)
    };
    let short = place.sibling().or_else(|| place.standard())?;
    // An id that is shorter says it better: `train` of `POST /models/train`.
    let is_longer = place.id.as_ref().is_some_and(|id| id.len() < short.len());
    if is_longer && operation.method != Method::Get && place.verb().is_none() {
        return None;
    }
    let mut long = match place.steps.last() {
        Some(Step::Parameter(name)) if !short.iter().any(|word| word == "by") => {
            let more = std::iter::once("by".to_owned()).chain(name.iter().cloned());
            let long: Vec<String> = short.iter().cloned().chain(more).collect();
            vec![joined(&long)]
        }
        _ => Vec::new(),
    };
    if place.id.is_none() {
        long.push(joined(&place.with_all_nouns(&short)));
    }
    Some(MethodWords {
        short: joined(&short),
        long,
    })
}

/// Returns true for an id that begins with a request method which is not a verb of users or is spelled as one (`GET_users`), or that
/// ends in that of the operation.
fn is_generated(operation: &ir::Operation, id: &[&str], steps: &[Step]) -> bool {
    let is_in_path = |word: &str| steps.iter().flat_map(Step::words).any(|own| own.contains(word));
    let is_token = |word: &&str| TOKENS.contains(word) && !is_in_path(word);
    let token = operation.method.token();
    let is_spelled = operation.called.split(['_', '-']).next() == Some(token);
    let is_own = |word: &&str| word.eq_ignore_ascii_case(token) && is_token(word);
    id.len() > 1 && (is_spelled || id.first().is_some_and(is_token) || id.last().is_some_and(is_own))
}

impl Place<'_> {
    /// Returns the action alone, if the id describes the group by more terms: `cancel_a_pending_transfer`.
    fn sibling(&self) -> Option<Vec<String>> {
        let ([first, rest @ ..], [action]) = (self.id.as_deref()?, self.steps.last()?.literal()?) else {
            return None;
        };
        let noun = rest.len().checked_sub(self.group.len())?;
        let is_plain = !rest[..noun].iter().any(|word| is_preposition(word) || is_verb(word));
        let is_group = !self.group.is_empty() && is_run(&rest[noun..], &self.group);
        let is_it = first == action && is_verb(first) && is_plain && is_group && self.steps.len() > 1;
        (is_it && self.after()?.len() == 1).then(|| vec![action.clone()])
    }

    /// Returns the steps after the group, or `None` if the path does not have it.
    fn after(&self) -> Option<&[Step]> {
        let end = (0..self.steps.len()).rev().find(|end| self.is_group(*end))?;
        let rest = &self.steps[end + 1..];
        // The parameter of the group belongs to it.
        let is_own = matches!(rest.first(), Some(Step::Parameter(_)));
        Some(&rest[usize::from(is_own)..])
    }

    /// Returns true if the group ends in that step, alone or with those before it.
    fn is_group(&self, end: usize) -> bool {
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
        let before = self.steps[..end].iter().rev().find_map(Step::literal);
        let both: Vec<&str> = before
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(own.iter().copied())
            .collect();
        // `/repos` for the group `repository`.
        let is_short_form = match (own.as_slice(), self.group.as_slice()) {
            ([own], [group]) => own.len() > 2 && group.starts_with(&*singular_of(own)),
            _ => false,
        };
        !self.group.is_empty() && (is_tail(&own) || is_tail(&both) || is_short_form)
    }

    /// Returns true if the id contains a term of that step.
    fn mentions(&self, words: &[String]) -> bool {
        let Some(id) = &self.id else { return true };
        let whole = words.concat();
        let is_in =
            |word: &&str| words.iter().any(|own| same_noun(own, word)) || word.len() > 3 && whole.contains(*word);
        id.iter().any(is_in) || id.windows(2).any(|pair| same_noun(&pair.concat(), &whole))
    }

    /// Returns true for a term that method, path or group contain as well.
    fn is_said(&self, at: usize, word: &str) -> bool {
        let token = self.operation.method.token().to_ascii_lowercase();
        let plain = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_filler = FILLERS.contains(&word) && (word != "all" || self.operation.method == Method::Get);
        is_filler
            || plain == token
            || TOKENS.contains(&plain)
            || STANDARD.contains(&word)
            || ARTICLES.contains(&word)
            || is_version(word) && (at < 2 || self.operation.path.contains(word))
            || word == "by" && self.names_parameter(at + 1)
            || word == "using" && self.id.iter().flatten().nth(at + 1) == Some(&token.as_str())
            || self.group.iter().any(|own| same_noun(own, word))
            || self.is_in_path(at, word)
    }

    /// Returns true if the terms of the id from there are those of a parameter.
    fn names_parameter(&self, at: usize) -> bool {
        let rest = self.id.as_deref().and_then(|id| id.get(at..)).unwrap_or_default();
        let is_start = |step: &Step| {
            let name: Vec<&str> = step.words().iter().map(String::as_str).collect();
            let is_it = rest.starts_with(&name) || rest.first() == Some(&"id") || rest.first() == name.last();
            step.literal().is_none() && is_it
        };
        self.steps.iter().any(is_start)
    }

    /// Returns true if the path has a term of the id, alone or joined with its neighbours (`mongo db`).
    fn is_in_path(&self, at: usize, word: &str) -> bool {
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
    fn verb(&self) -> Option<&str> {
        let is_noun = |word: &str| self.steps.iter().flat_map(Step::words).any(|own| same_noun(own, word));
        let mut words = self.id.iter().flatten().enumerate();
        let is_read = self.operation.method == Method::Get;
        let is_group = |word: &str| self.group.len() > 1 && self.group.contains(&word);
        let is_it = |at: usize, word: &str| {
            let is_standard = STANDARD.contains(&word) && (is_read || word != "list");
            is_standard && (at == 0 || !is_noun(word) && !is_group(word))
        };
        words.find(|(at, word)| is_it(*at, word)).map(|(_, word)| *word)
    }

    /// Returns the action that the path ends in.
    fn action(&self) -> Option<&[String]> {
        let end = self.steps.iter().rposition(|step| step.literal().is_some())?;
        let (before, words) = (&self.steps[..end], self.steps[end].literal()?);
        let first = words.first()?.as_str();
        let asks = words.last().is_some_and(|word| QUESTIONS.contains(&word.as_str()));
        // A callback of another call, or a verb of two terms: `POST /payments/on-confirm`, `POST /users/{id}/punch-in`.
        let is_preposition = |word: Option<&String>| word.is_some_and(|word| is_preposition(word));
        let is_callback = words.len() > 1 && (first == "on" || is_preposition(words.last()));
        if (asks || is_callback) && self.operation.method == Method::Post && self.verb().is_none() {
            return Some(words);
        }
        let is_bulk = BULK.contains(&first) && words.get(1).is_some_and(|word| PURE.contains(&word.as_str()));
        if !is_verb(first) && !is_bulk {
            return None;
        }
        let token = self.operation.method.token().to_ascii_lowercase();
        let mut said = self.id.iter().flatten();
        // Without another verb, that of the id is the action.
        let is_only = self.id.is_some() && !said.any(|word| STANDARD.contains(word) || *word == token);
        let is_last = end + 1 == self.steps.len();
        let is_after_one = matches!(before.last(), Some(Step::Parameter(_)));
        let is_read = self.operation.method != Method::Get || READS.contains(&first);
        let has_own_verb = self
            .verb()
            .is_some_and(|verb| verb != "get" || self.operation.method == Method::Get);
        // A resource of its own is a plural: `POST /auth/login`, `POST /accounts/transfers`.
        let is_within = !before.is_empty() || !self.is_group(end);
        let is_alone = words.len() == 1 && is_within && self.operation.method != Method::Get && !has_own_verb;
        let is_plain = (ACTIONS.contains(&first) || is_alone) && !is_after_one;
        let begins = self.id.iter().flatten().next() == Some(&first);
        // A verb before a plural is a part of a noun: `POST /upload_sessions`.
        let is_plural = words.last().is_some_and(|word| singular_of(word) != *word);
        let is_noun = words.len() > 1 && is_plural && !PURE.contains(&first) && !is_bulk;
        // A step of several terms that begins with such a verb says all of its method: `/join_channel`.
        let is_many = words.get(1).is_some_and(|word| QUANTIFIERS.contains(&word.as_str()));
        let is_sentence = words.len() > 1 && (PURE.contains(&first) || is_many) || words.len() > 2 && !is_plural;
        let is_placed = is_last && is_read && (is_plain || is_sentence || is_after_one && !has_own_verb);
        let is_action = !is_noun && is_placed || is_only && (is_read || begins);
        is_action.then_some(words)
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
        let ends_in_parameter = matches!(nouns.last(), Some(Step::Parameter(_)));
        let last = nouns.iter().rposition(|step| step.literal().is_some());
        let group = (0..nouns.len()).rev().find(|end| self.is_group(*end));
        if let Some(last) = last.filter(|last| group != Some(*last) && !self.is_generated) {
            let words = self.steps[last].words();
            if !self.mentions(words) || self.is_adjective(words) {
                return None;
            }
        }
        let verb = match action {
            Some(action) => action.to_vec(),
            None => vec![self.standard_verb(last, ends_in_parameter)?.to_owned()],
        };
        let is_many = verb[0] == "list";
        let (mut object, mut by) = (Vec::new(), Vec::new());
        // An action of several terms has its object.
        let described = if action.is_some_and(|action| action.len() > 1) {
            &[][..]
        } else {
            nouns
        };
        for (at, step) in described.iter().enumerate() {
            let is_before_parameter = matches!(nouns.get(at + 1), Some(Step::Parameter(_)));
            let words = match step {
                Step::Literal(words) => words,
                // A parameter after another one chooses a part: `/cards/{id}/{field}`.
                Step::Parameter(name) => {
                    let is_part = at + 1 == nouns.len() && at > 0 && nouns[at - 1].literal().is_none();
                    let own: Vec<String> = name.iter().filter(|word| *word != "id").cloned().collect();
                    let is_said = self.id.is_some() && own.last().is_some_and(|_| self.mentions(&own[own.len() - 1..]));
                    if is_part && is_said && self.id.iter().flatten().any(|word| *word == "by") {
                        by.extend(own);
                    } else if is_part && is_said {
                        object.extend(own);
                    }
                    continue;
                }
            };
            let is_last = last == Some(at);
            let is_needed = match group {
                // What is before the group only matters as its parent, not as a namespace.
                Some(group) if at < group => {
                    let own = singular(words).concat();
                    let is_parent = self.group.first().is_some_and(|first| same_noun(first, &own));
                    // Without an id, the nearest parent is enough.
                    let is_near = self.id.is_some() || at + 2 == group;
                    is_before_parameter && is_near && self.mentions(words) && !is_parent
                }
                Some(group) if at == group => !object.is_empty() || is_last && self.is_bulk(&verb[0], words),
                _ => self.mentions(words) || self.is_generated && is_last,
            };
            // `getTargets` of `/targets/{project}` gets several.
            let says_many = is_last
                && verb[0] == "get"
                && self
                    .id
                    .iter()
                    .flatten()
                    .any(|own| words.last().is_some_and(|word| word == own));
            let is_one = is_before_parameter && !(is_last && is_many || says_many) || is_last && verb[0] == "create";
            let spelled = self.spelled(words);
            let words = spelled.as_ref().unwrap_or(words);
            // `/attempts/endpoint/{id}` of `listAttemptsByEndpoint`.
            let is_by = |run: &[&str]| run[0] == "by" && same_noun(&run[1..].concat(), &words.concat());
            let is_said_by = is_before_parameter && self.id.iter().any(|id| id.windows(words.len() + 1).any(is_by));
            if is_said_by || at > 0 && !self.is_group(at) && Self::is_lookup(&nouns[at - 1..]) {
                by.extend(words.iter().filter(|word| *word != "by").cloned());
            } else if is_needed {
                object.extend(if is_one { singular(words) } else { words.clone() });
            }
        }
        if !by.is_empty() {
            by.insert(0, "by".to_owned());
        }
        Some(verb.into_iter().chain(object).chain(by).collect())
    }

    /// Returns a step as the id divides it into terms: `privileged attributes` of `/privilegedattributes`.
    fn spelled(&self, step: &[String]) -> Option<Vec<String>> {
        let ([whole], Some(id)) = (step, &self.id) else {
            return None;
        };
        let runs = (0..id.len()).flat_map(|from| (2..=4_usize).filter_map(move |length| id.get(from..from + length)));
        let mut runs = runs.filter(|run| same_noun(&run.concat(), whole));
        runs.next()
            .map(|run| run.iter().map(|word| (*word).to_owned()).collect())
    }

    /// Returns the verb of a method and all nouns of the path, in its order.
    fn with_all_nouns(&self, short: &[String]) -> Vec<String> {
        let verb = short.first().cloned().into_iter();
        let nouns = self.steps.iter().enumerate().filter_map(|(at, step)| {
            let words = step.literal()?;
            if self.is_group(at) && at + 1 < self.steps.len() {
                return None;
            }
            let is_one = matches!(self.steps.get(at + 1), Some(Step::Parameter(_)));
            Some(if is_one { singular(words) } else { words.to_vec() })
        });
        let is_said = |words: &Vec<String>| short.starts_with(words);
        verb.chain(nouns.filter(|words| !is_said(words)).flatten()).collect()
    }

    /// Returns true for a change of several resources at once: `DELETE /blocks` is not `delete`, which has an id.
    fn is_bulk(&self, verb: &str, words: &[String]) -> bool {
        let is_many = words.last().is_some_and(|word| singular_of(word) != *word);
        let is_after = matches!(self.steps.last(), Some(Step::Literal(_)));
        is_many && is_after && matches!(verb, "delete" | "replace" | "update")
    }

    /// Returns true if the id has the terms before its group: there they describe it (`active users`).
    fn is_adjective(&self, words: &[String]) -> bool {
        let Some(id) = &self.id else { return false };
        let find = |noun: &str| id.iter().position(|word| same_noun(word, noun));
        let own = words.last().and_then(|word| find(word));
        let group = self.group.last().and_then(|word| find(word));
        own.zip(group).is_some_and(|(own, group)| own < group)
    }

    /// Returns true for a step that names the parameter after it: `/users/email/{email}`.
    fn is_lookup(around: &[Step]) -> bool {
        let [Step::Literal(_), Step::Literal(words), Step::Parameter(name), ..] = around else {
            return false;
        };
        let is_by = words.first().is_some_and(|word| word == "by");
        is_by || words.len() <= name.len() && name.ends_with(words) && !name.iter().any(|word| word == "id")
    }

    /// Returns true if the id has a verb that is neither a standard method nor a request method.
    fn has_other_verb(&self) -> bool {
        let token = self.operation.method.token();
        let is_other = |word: &&str| is_verb(word) && !TOKENS.contains(word) && !word.eq_ignore_ascii_case(token);
        !self.is_generated && self.id.iter().flatten().any(is_other)
    }

    /// Returns true if the documentation begins with one of some verbs: `Updates`.
    fn says(&self, verbs: &[&str]) -> bool {
        let text = &self.operation.text;
        let begins = |text: &String| {
            let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1);
            let first = words.next().unwrap_or_default().to_lowercase();
            verbs.iter().any(|verb| first.starts_with(verb))
        };
        [&text.title, &text.description].into_iter().flatten().any(begins)
    }

    /// Returns the standard method of the request method, unless the id has another one.
    fn standard_verb(&self, last: Option<usize>, ends_in_parameter: bool) -> Option<&str> {
        let said = self.verb();
        let noun = last.and_then(|last| self.steps[last].words().last());
        let is_many = || match self.is_list {
            _ if self.operation.pagination.is_some() => true,
            Some(is_list) => is_list && !ends_in_parameter,
            None => !ends_in_parameter && noun.is_some_and(|noun| noun.ends_with('s') && singular_of(noun) != *noun),
        };
        Some(match (self.operation.method, said) {
            (Method::Get, None | Some("get")) if is_many() => "list",
            (Method::Get, None) => "get",
            (Method::Get, Some("get")) if self.id.iter().flatten().any(|word| *word == "all") => "list",
            (_, Some(said)) => said,
            // The path does not show what a `POST` to one resource does.
            (Method::Post, None) if ends_in_parameter => {
                let is_update = self.says(&["updat", "modif", "edit", "chang"]);
                let is_create = || self.says(&["creat", "add"]);
                let plain = || self.id.is_none().then_some("post");
                let create = || if is_create() { Some("create") } else { plain() };
                if is_update { "update" } else { create()? }
            }
            // Another verb of the id is a part of a step: `verifyKey` of `/key_verify`.
            (_, None) if self.has_other_verb() => return None,
            (Method::Post, None) => "create",
            (Method::Put, None) => "replace",
            (Method::Patch, None) if self.id.iter().flatten().any(|word| *word == "patch") => "patch",
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

    /// Returns `group.method` of operations, each as `METHOD path | tag | id | response`.
    fn methods(operations: &[&str]) -> Vec<String> {
        let mut text = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths:\n".to_owned();
        for operation in operations {
            let mut cells = operation.split('|').map(str::trim);
            let mut next = || cells.next().unwrap_or_default();
            let (place, tag, id, response) = (next(), next(), next(), next());
            let (method, path) = place.split_once(' ').unwrap_or_default();
            let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let parameters =
                names.map(|name| format!("{{ name: {name}, in: path, required: true, schema: {{ type: string }} }}"));
            let parameters: Vec<String> = parameters.collect();
            let parameters = parameters.join(", ");
            let id = if id.is_empty() {
                String::new()
            } else {
                format!("operationId: {id}, ")
            };
            let tag = if tag.is_empty() {
                String::new()
            } else {
                format!("tags: [{tag}], ")
            };
            let summary = match response {
                "update" => "summary: Updates it., ",
                _ => "",
            };
            let response = match response {
                "list" => "content: { application/json: { schema: { type: array, items: { type: string } } } }",
                "one" => {
                    "content: { application/json: { schema: { type: object, properties: { a: { type: string } } } } }"
                }
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
                "  '{path}':\n    {}: {{ {summary}{id}{tag}parameters: [{parameters}], responses: {{ {response} }} }}\n",
                method.to_lowercase()
            );
        }
        let file = SourceFile {
            name: "contract.yaml",
            bytes: text.as_bytes(),
        };
        let mut report = diag::Report::new(diag::Levels::lenient());
        let contract = Contract::read(&Inputs::new(file), &|_| {}, &mut report).expect("a contract");
        let api = contract.meaning(&|_| {}, &mut report).expect("an API");
        let names = assign(&api, &Overrides::default(), &mut report);
        let methods = api.operations().map(|(id, _)| {
            let group = names.group_of(id).map_or("", |group| group.snake.as_str());
            format!("{group}.{}", names.operation(id).method(0))
        });
        methods.collect()
    }

    fn check(table: &[[&str; 2]]) {
        for [operation, expected] in table {
            assert_eq!(methods(&[operation]), [*expected], "{operation}");
        }
    }

    #[test]
    fn an_id_that_repeats_method_and_path_becomes_a_standard_method() {
        check(&[
            [
                "GET /{projectKey}/carts/{id} | carts | ByProjectKeyCartsByIDGet",
                "carts.get",
            ],
            ["GET /accounts/{id} | accounts | getAccountById", "accounts.get"],
            ["POST /api/users | users | post_api_users", "users.create"],
            ["GET /users | users | getUsers | list", "users.list"],
            ["GET /users/me | users | getUsersMe | one", "users.get_me"],
            ["GET /users | | | list", "users.list"],
            ["PUT /users/{id} | | ", "users.replace"],
            ["PATCH /users/{id} | users | patch_users_id", "users.patch"],
            ["PATCH /users/{id} | users | ", "users.update"],
            ["PUT /users/{id} | users | updateUser", "users.update"],
            ["DELETE /v1/users/{id} | users | v1_users_id_delete", "users.delete"],
            ["POST /users/{id} | users | postUsersUser | update", "users.update"],
            ["POST /users/{id} | users | postUsersUser", "users.post_user"],
            ["GET /users/{id}/user_rules | User Rules | | list", "user_rules.list"],
            ["DELETE /users | users | ", "users.delete_users"],
            [
                "GET /users/{id}/posts | users | getUserPosts | list",
                "users.list_posts",
            ],
            ["POST /users/{id}/posts | users | ", "users.create_post"],
            ["DELETE /users/{id}/posts/{post} | users | ", "users.delete_post"],
            ["GET /users/email/{email} | users | ", "users.get_by_email"],
            [
                "GET /wallets/{id}/{assetId} | wallets | getWalletAsset",
                "wallets.get_asset",
            ],
            [
                "POST /files/{id}/upload_sessions | files | post_files_id_upload_sessions",
                "files.create_upload_session",
            ],
            [
                "GET /cards/{id}/{field} | cards | getCardsByIdByField",
                "cards.get_by_field",
            ],
            [
                "GET /users/{id}/settings | users | getUserSettings | one",
                "users.get_settings",
            ],
            ["GET /shop/orders | Shop Orders | | list", "shop_orders.list"],
            [
                "GET /shops/{id}/open-orders | Shop Open Orders | | list",
                "shop_open_orders.list",
            ],
            [
                "GET /v1/reports/scores | reports | v1reportsscores",
                "reports.list_scores",
            ],
            [
                "DELETE /lists/{id} | Shopping List | ShoppingList_DeleteList",
                "shopping_list.delete",
            ],
            [
                "GET /things/openorders | things | getOpenOrders | list",
                "things.list_open_orders",
            ],
            ["GET /reviews-v1/{id} | root | getReview", "root.get_review"],
            ["GET /team/{team} | teams | ", "teams.get"],
            [
                "GET /flags/{id}/targets/{project} | flags | getTargets",
                "flags.get_targets",
            ],
            ["POST /sounds/tts | root | postTTS", "root.create_tts"],
            [
                "POST /pools/{pool}/ips | IP Pools | POST_ips-pools-pool_name-ips",
                "ip_pools.create_ip",
            ],
        ]);
    }

    #[test]
    fn an_action_at_the_end_of_a_path_is_the_method() {
        check(&[
            ["POST /transfers/{id}/cancel | | ", "transfers.cancel"],
            [
                "POST /orders/{id}/actions/activate | Orders | ActivateOrder",
                "orders.activate",
            ],
            [
                "POST /transfers/{id}/cancel | transfers | cancel_a_pending_transfer",
                "transfers.cancel",
            ],
            [
                "POST /transfers/{id}/approve | transfers | approve_a_transfer",
                "transfers.approve",
            ],
            ["POST /users/{id}/posts/{post}/publish | users | ", "users.publish_post"],
            [
                "GET /repos/{r}/config/validate | repos | validateConfig",
                "repos.validate_config",
            ],
            [
                "POST /accounts/{id}/charge | accounts | createAccountCharge",
                "accounts.create_charge",
            ],
            ["POST /key_verify | keys | verifyKey", "keys.verify"],
            [
                "POST /repos/{r}/merge-upstream | repos | repos/merge-upstream",
                "repos.merge_upstream",
            ],
            ["POST /auth/login | auth | ", "auth.login"],
            ["POST /models/train | models | train", "models.train"],
            ["POST /join_channel | | ", "join_channel.join_channel"],
            ["POST /upload_sessions | | ", "upload_sessions.create"],
            ["POST /fields/distance-query | fields | ", "fields.distance_query"],
            ["POST /payments/on-confirm | payments | ", "payments.on_confirm"],
            [
                "POST /rooms/{id}/uncomplete | rooms | uncompleteRoom",
                "rooms.uncomplete",
            ],
            ["POST /rooms/{id}/batchDelete | rooms | ", "rooms.batch_delete"],
            ["POST /rooms/closeMultiple | rooms | ", "rooms.close_multiple"],
            ["POST /rooms/{id}/punchIn | rooms | ", "rooms.punch_in"],
            [
                "GET /apps/{app}/attempt/endpoint/{endpoint_id} | attempts | list_attempts_by_endpoint | list",
                "attempts.list_by_endpoint",
            ],
            [
                "GET /users/{emailAddress}/getUserByEmail | users | getUserByEmailAddress",
                "users.get_user_by_email",
            ],
            [
                "GET /programs/get_opted_in_programs | programs | ",
                "programs.get_opted_in_programs",
            ],
        ]);
    }

    #[test]
    fn an_id_that_says_more_keeps_its_words() {
        check(&[
            ["GET /users/active | users | get_active_users", "users.get_active_users"],
            [
                "GET /history/users/{id} | history | HistoryListForUser",
                "history.list_for_user",
            ],
            ["GET /files/{id}/details | files | getFile | one", "files.get_file"],
            ["DELETE /users | users | deleteAllUsers", "users.delete_all"],
            ["POST /users/{id}/ban | users | suspendUser", "users.suspend"],
            [
                "POST /vat/check/{country} | vat | VatComprehensive",
                "vat.vat_comprehensive",
            ],
            ["GET /users/{id} | users | retrieveUser", "users.retrieve"],
        ]);
    }

    #[test]
    fn what_a_framework_adds_is_left_out() {
        check(&[
            [
                "POST /users | users | ShopFeaturesUsersCreateUserEndpoint",
                "users.create",
            ],
            ["GET /users | users | list_users_api_v1_users_get | list", "users.list"],
            ["GET /users | users | Users_GetAll | list", "users.list"],
            ["GET /users | users | UsersGET2 | list", "users.list"],
            ["POST /v1/users/{id}/ban | users | v1_users_suspend", "users.suspend"],
            ["POST /payments | Payments API | createPayment", "payments.create"],
            ["POST /payments | PaymentsApi | createPayment", "payments.create"],
            [
                "POST /payments | user-controller | createPayment",
                "user.create_payment",
            ],
            ["POST /payments | default | createPayment", "payments.create"],
        ]);
    }

    #[test]
    fn operations_with_one_short_name_are_told_apart_by_their_parameter() {
        let names = methods(&[
            "GET /plan/{uuid} | plan | ",
            "GET /plan/name | plan | ",
            "GET /plan | plan | ",
        ]);
        assert_eq!(names, ["plan.get_by_uuid", "plan.get_name", "plan.get_plan"]);
    }
}
