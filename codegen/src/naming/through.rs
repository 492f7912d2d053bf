//! Ids that lead through the resources of their path, as those of OData do.
//!
//! In: an operation with its id. Out: its verb, then its nouns in the order of the path.

use sdkwright_contract::ir;
use sdkwright_contract::words::{Words, same_noun};

use super::shorten::is_preposition;
use super::steps::{each, singular};
use super::verbs::is_verb;

/// Returns an id without the digest that tells it from the same id of another path: `Get.Count.members-2cac` of `/members/$count`.
pub(super) fn without_digest(operation: &ir::Operation) -> Option<&str> {
    let (called, end) = operation.called.rsplit_once('-')?;
    let is_digest = end.len() == 4 && end.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    let last = operation.path.rsplit('/').next()?;
    (is_digest && last.contains(['$', '.'])).then_some(called)
}

/// An id with its path, taken apart.
struct ResourceId<'a> {
    /// A verb, with its adverb, or an action that is in no list of verbs.
    verb: Vec<String>,
    /// The steps before what the verb acts on.
    parents: Vec<&'a str>,
    object: Vec<String>,
    /// The path ends in an action or a function by its full name: `microsoft.graph.unhideForUser`.
    is_bound: bool,
    /// What stands at the end: a reference, or the first argument of a function with several forms.
    end: Vec<String>,
}

impl<'a> ResourceId<'a> {
    fn of(operation: &'a ir::Operation) -> Option<Self> {
        let called = without_digest(operation).unwrap_or(&operation.called);
        let (spaces, action) = called.rsplit_once('.')?;
        let is_name = |step: &&str| step.starts_with(|first: char| first.is_ascii_alphabetic());
        let mut steps: Vec<&str> = operation.path.split('/').filter(is_name).collect();
        let end = operation.path.rsplit('/').next()?;
        let (last, arguments) = end.split_once('(').unwrap_or((end, ""));
        let mut verb = each(action);
        let is_listed = |at: usize| verb.get(at).is_some_and(|word| is_verb(word));
        let by = verb.iter().position(|word| word == "by");
        // `softDelete`, `filterByCurrentUser`, `shutDown`
        let (words, is_known) = match (is_listed(0), is_listed(1)) {
            (true, _) => (1, true),
            (false, true) => (2, true),
            _ => (by.unwrap_or(verb.len()), by.is_some()),
        };
        let mut object = verb.split_off(words);
        // `/members/{id}/microsoft.graph.user` of a `GET` is a kind of member.
        let is_call = operation.method == ir::Method::Post || last != end;
        if is_call && last.rsplit_once('.').is_some_and(|(_, bound)| bound == action) {
            let argument = arguments.split_once('=').filter(|_| called != operation.called);
            let by = if by.is_some() { "with" } else { "by" };
            let end = argument.map_or_else(Vec::new, |(name, _)| [vec![by.to_owned()], each(name)].concat());
            steps.retain(|step| !step.starts_with(last));
            // What is posted to is an action, also in no list.
            let is_action = is_known || operation.method == ir::Method::Post;
            return (is_action && !steps.is_empty()).then_some(Self {
                verb,
                parents: steps,
                object,
                is_bound: true,
                end,
            });
        }
        // `CreateRefMembers` of `/members/$ref`, `UpdateMessagesContent` of `/messages/{id}/$value`
        let is_reference = object.first().is_some_and(|word| word == "ref");
        object.drain(..usize::from(is_reference));
        let reference = is_reference.then(|| if verb == ["list"] { "refs" } else { "ref" }.to_owned());
        let spaces: Vec<_> = spaces.split('.').map(each).collect();
        let nouns: Vec<String> = steps.get(spaces.len()..)?.iter().flat_map(|step| each(step)).collect();
        let is_resource = object == nouns || last.starts_with('$') && object.starts_with(&nouns);
        if is_resource && object.len() > nouns.len() {
            object.splice(..nouns.len(), singular(&nouns));
        }
        let is_led = steps
            .iter()
            .map(|step| each(step))
            .zip(&spaces)
            .all(|(step, space)| step == *space);
        steps.truncate(spaces.len());
        (is_known && is_led && is_resource && !nouns.is_empty()).then(|| Self {
            verb,
            parents: steps,
            object,
            is_bound: false,
            end: reference.into_iter().collect(),
        })
    }

    /// Returns the number of parents that the group names, and true if it names the object behind them.
    fn named_by(&self, group: &Words) -> (usize, bool) {
        let mut rest: Vec<&str> = group.each().collect();
        let is_own = |run: &[&str], own: &[String]| run.iter().zip(own).all(|(word, own)| same_noun(word, own));
        let is_named = |step: &&&str| {
            let own = each(step);
            let at = rest.windows(own.len().max(1)).position(|run| is_own(run, &own));
            at.map(|at| rest.drain(..at + own.len())).is_some()
        };
        let parents = self.parents.iter().take_while(is_named).count();
        (parents, rest.len() == self.object.len() && is_own(&rest, &self.object))
    }

    /// Returns the terms with the parents from this one on, in singular or as the path has them.
    fn words(&self, from: usize, is_plural: bool) -> Words {
        let noun = |words: &[String]| if is_plural { words.to_vec() } else { singular(words) };
        let nouns = self.parents[from..].iter().flat_map(|step| noun(&each(step)));
        let is_list = self.verb == ["list"] && self.end.is_empty();
        let object = if self.is_bound || is_list {
            self.object.clone()
        } else {
            noun(&self.object)
        };
        let words = self.verb.iter().cloned().chain(nouns).chain(object);
        let words: Vec<String> = words.chain(self.end.iter().cloned()).collect();
        Words::of_each(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }
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
    Some((wishes.next()?, wishes.collect()))
}
