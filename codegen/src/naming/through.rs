//! Ids that lead through the resources of their path, as those of OData do.
//!
//! In: an operation with its id. Out: its verb, then its nouns in the order of the path.

use sdkwright_contract::ir;
use sdkwright_contract::words::{Words, same_noun};

use super::shorten::is_preposition;
use super::steps::{each, singular, without_digest};
use super::verbs::{QUANTIFIERS, is_verb};

/// An id with its path, taken apart.
struct ResourceId<'a> {
    /// A verb, with its adverb, or an action that is in no list of verbs.
    verb: Vec<String>,
    /// The steps before what the verb acts on, each with whether a parameter follows.
    parents: Vec<(&'a str, bool)>,
    object: Vec<String>,
    /// The path ends in an action or a function by its full name: `microsoft.graph.unhideForUser`.
    is_bound: bool,
    /// The last terms: a reference, or the arguments of a function whose id has a digest.
    end: Vec<String>,
    /// The object is one thing: the verb creates it, or the path ends in its parameter, `$ref` or `$value`.
    is_one: bool,
}

impl<'a> ResourceId<'a> {
    fn of(operation: &'a ir::Operation) -> Option<Self> {
        let called = without_digest(operation).unwrap_or(&operation.called);
        let (spaces, action) = called.rsplit_once('.')?;
        let is_name = |step: &str| step.starts_with(|first: char| first.is_ascii_alphabetic());
        let next = operation.path.split('/').skip(1).chain([""]);
        let pairs = operation.path.split('/').zip(next);
        let mut steps: Vec<(&str, bool)> = pairs
            .filter(|(step, _)| is_name(step))
            .map(|(step, next)| (step, next.starts_with('{')))
            .collect();
        let end = operation.path.rsplit('/').next()?;
        let (last, arguments) = end.split_once('(').unwrap_or((end, ""));
        let mut verb = each(action);
        let is_listed = |at: usize| verb.get(at).is_some_and(|word| is_verb(word));
        let is = |at: usize, words: &[&str]| verb.get(at).is_some_and(|word| words.contains(&word.as_str()));
        let by = verb.iter().position(|word| word == "by");
        // `softDelete`, `filterByCurrentUser`, `shutDown`
        let (mut words, is_known) = match (is_listed(0), is_listed(1)) {
            (true, _) => (1, true),
            (false, true) => (2, true),
            _ => (by.unwrap_or(verb.len()), by.is_some_and(|at| at > 0)),
        };
        // `createOrGet`, `replyAll`
        while is(words, &["and", "or"]) && is_listed(words + 1) {
            words += 2;
        }
        words += usize::from(is(words, QUANTIFIERS));
        let mut object = verb.split_off(words);
        // `/members/{id}/microsoft.graph.user` of a `GET` is a kind of member.
        let is_call = is_name(end) && (operation.method == ir::Method::Post || last != end);
        if is_call && last.rsplit_once('.').is_some_and(|(_, bound)| bound == action) {
            let names = arguments.split(',').filter_map(|argument| argument.split_once('='));
            let mut joint = if by.is_some() { "with" } else { "by" };
            let mut end = Vec::new();
            for (name, _) in names.filter(|_| called != operation.called) {
                end.push(std::mem::replace(&mut joint, "and").to_owned());
                end.extend(each(name));
            }
            steps.pop();
            if !leads(operation, spaces) {
                return None;
            }
            // What is posted to is an action, also in no list.
            let is_action = is_known || operation.method == ir::Method::Post;
            return (is_action && !steps.is_empty()).then_some(Self {
                verb,
                parents: steps,
                object,
                is_bound: true,
                end,
                is_one: false,
            });
        }
        // Other ids with dots have no capital there: `users.listPosts`.
        if !action.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        // `CreateRefMembers` of `/members/$ref`, `UpdateMessagesContent` of `/messages/{id}/$value`
        let is_reference = last == "$ref" && object.first().is_some_and(|word| word == "ref");
        object.drain(..usize::from(is_reference));
        let reference = is_reference.then(|| if verb == ["list"] { "refs" } else { "ref" }.to_owned());
        let spaces: Vec<_> = spaces.split('.').map(each).collect();
        let nouns: Vec<String> = steps
            .get(spaces.len()..)?
            .iter()
            .flat_map(|(step, _)| each(step))
            .collect();
        let is_resource = object == nouns || last.starts_with('$') && object.starts_with(&nouns);
        if is_resource && object.len() > nouns.len() {
            object.splice(..nouns.len(), singular(&nouns));
        }
        let is_led = steps
            .iter()
            .map(|(step, _)| each(step))
            .zip(&spaces)
            .all(|(step, space)| step == *space);
        steps.truncate(spaces.len());
        // `transfers.createCancel` of `/transfers/{id}/cancel`
        let is_action = matches!(&nouns[..], [noun] if is_verb(noun)) && operation.method == ir::Method::Post;
        let is_one = verb == ["create"] || last.starts_with('$') || last.ends_with('}');
        (is_known && is_led && is_resource && !is_action && !nouns.is_empty()).then(|| Self {
            verb,
            parents: steps,
            object,
            is_bound: false,
            end: reference.into_iter().collect(),
            is_one,
        })
    }

    /// Returns the number of parents that the group names, and true if it names the object behind them.
    fn named_by(&self, group: &Words) -> (usize, bool) {
        let mut rest: Vec<&str> = group.each().collect();
        let is_own = |run: &[&str], own: &[String]| run.iter().zip(own).all(|(word, own)| same_noun(word, own));
        let is_named = |(step, _): &&(&str, bool)| {
            let own = each(step);
            let at = rest.windows(own.len().max(1)).position(|run| is_own(run, &own));
            at.map(|at| rest.drain(..at + own.len())).is_some()
        };
        let parents = self.parents.iter().take_while(is_named).count();
        (parents, rest.len() == self.object.len() && is_own(&rest, &self.object))
    }

    /// Returns the terms with the parents from this one on, in singular or as the path has them.
    fn words(&self, from: usize, is_plural: bool) -> Words {
        let noun = |words: Vec<String>, is_one: bool| if is_one { singular(&words) } else { words };
        let nouns = self.parents[from..]
            .iter()
            .flat_map(|(step, is_one)| noun(each(step), *is_one && !is_plural));
        let is_list = self.verb == ["list"] && self.end.is_empty();
        let object = noun(self.object.clone(), self.is_one && !is_list);
        let words = self.verb.iter().cloned().chain(nouns).chain(object);
        let words: Vec<String> = words.chain(self.end.iter().cloned()).collect();
        Words::of_each(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// Returns true for namespaces that are the steps of a path before its action, where the name of one thing may follow its parameter:
/// `users.user.chats.chat` of `/users/{id}/chats/{id}`.
fn leads(operation: &ir::Operation, spaces: &str) -> bool {
    let mut spaces = spaces.split('.').map(each).peekable();
    let mut steps = operation.path.split('/').filter(|step| !step.is_empty()).peekable();
    while let Some(step) = steps.next() {
        let is_last = steps.peek().is_none();
        if step.starts_with('{') {
            let next = steps.peek().map(|step| each(step));
            spaces.next_if(|space| next.as_ref() != Some(space));
        } else if !is_last && spaces.next() != Some(each(step)) {
            return false;
        }
    }
    spaces.next().is_none()
}

/// Returns the terms of an id that leads through the resources of its path: `list content type columns` of
/// `sites.contentTypes.ListColumns` and `/sites/{id}/contentTypes/{id}/columns`, and `unhide chat for user` of
/// `users.user.chats.chat.unhideForUser` and `/users/{id}/chats/{id}/microsoft.graph.unhideForUser`. Then the same with each more of the
/// resources, and as the path has them.
pub(super) fn through(operation: &ir::Operation, group: &Words) -> Option<(Words, Vec<Words>)> {
    let id = ResourceId::of(operation)?;
    let ((named, is_object), all) = (id.named_by(group), id.parents.len());
    let least = match id.object.first() {
        // An action has its object, or that of the resource: `assign`, `unhide for user`.
        Some(word) if id.is_bound && !is_preposition(word) => all,
        None if id.is_bound && !id.verb.last().is_some_and(|verb| is_verb(verb)) => all,
        _ if id.is_bound => (all - 1).max(named),
        _ => named,
    };
    // `users.ListDrives` of the group `users.drive`
    let alone = (is_object && !id.is_bound && named == all && id.end.is_empty())
        .then(|| Words::join(id.verb.iter().map(String::as_str)));
    let longer = (0..=least).rev().map(|from| id.words(from, false));
    let spelled = [named, 0].map(|from| id.words(from, true));
    let mut wishes = alone.into_iter().chain(longer).chain(spelled);
    let short = wishes.next()?;
    // A short name that two operations wish for is that of neither.
    Some((short.clone(), wishes.filter(|words| *words != short).collect()))
}
