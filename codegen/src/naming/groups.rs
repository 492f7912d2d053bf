//! Groups of operations.
//!
//! In: the operations of a sealed API. Out: the names of its groups, and the group of each operation. Depends on no other operation.

use std::collections::HashMap;

use sdkwright_contract::ir::{self, PathPiece};
use sdkwright_contract::words::{Words, same_noun};

use super::names::{GroupName, Names};
use super::scope::{NameClaim, Resolver};
use super::steps::{Segment, is_run, steps};
use super::summary::told;
use super::verbs::{PURE, is_verb, singular_of};
use super::{reserved, shorten};

/// Terms at the end of a tag that name no resource.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    " api", " apis", " controller", "-api", "-controller", "_controller", " endpoint", " endpoints",
];

/// Returns a tag without a term for its kind: `Payments API`.
fn without_kind(tag: &str) -> &str {
    let is_kind = |kind: &&&str| {
        let at = tag.len().checked_sub(kind.len());
        at.and_then(|at| tag.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(kind))
    };
    let joined = ["RestApi", "Api", "API", "Controller"]
        .iter()
        .find_map(|kind| tag.strip_suffix(kind).filter(|name| !name.is_empty()));
    let joined = joined.filter(|name| name.ends_with(char::is_lowercase) && *name != "Open");
    let apart = KINDS.iter().find(is_kind).map(|kind| &tag[..tag.len() - kind.len()]);
    // `Managed APIs` are no group of what is managed.
    let name = apart
        .filter(|name| !name.ends_with("ed"))
        .or(joined)
        .unwrap_or(tag)
        .trim();
    if name.is_empty() { tag } else { name }
}

fn is_reserved(name: &str) -> bool {
    reserved::GROUPS.contains(&&*name.to_lowercase())
}

/// Returns the resource of a tag. The accessor of `Builder API` is `builder_api`, and not `builder_`.
fn resource(tag: &str) -> &str {
    Some(without_kind(tag)).filter(|name| !is_reserved(name)).unwrap_or(tag)
}

/// Returns the noun of a group: `Builder` of `Builder API`.
pub(super) fn noun(group: &str) -> &str {
    Some(without_kind(group))
        .filter(|name| is_reserved(name))
        .unwrap_or(group)
}

/// Terms of a tag that names no resource.
#[rustfmt::skip]
const GENERAL: &[&str] = &[
    "all", "api", "default", "endpoint", "endpoints", "general", "hidden", "misc", "miscellaneous", "other", "others", "rest",
    "the", "untagged",
];

/// Returns true for a tag that names a resource. The title of the API names none, nor does `General`, if the path has a resource that
/// is not this tag.
fn is_resource(api: &ir::Api, operation: &ir::Operation, text: &str) -> bool {
    let is_general = |word: &&str| GENERAL.contains(word) || shorten::is_version(word);
    let (tag, title) = (Words::new(text), Words::new(&api.info.title));
    let name: Vec<&str> = tag.each().filter(|word| !is_general(word)).collect();
    let title: String = title.each().filter(|word| !is_general(word)).collect();
    let has_tag = || operation.path.split('/').any(|step| Words::new(step) == tag);
    let steps = steps(operation);
    let first = steps.first().and_then(Segment::literal).unwrap_or_default();
    let is_noun =
        |last: &String| last.ends_with(char::is_alphabetic) && (steps.len() > 1 || singular_of(last) != *last);
    let has_resource = !first.iter().take(1).any(|word| is_verb(word)) && first.last().is_some_and(is_noun);
    let is_named = !name.is_empty() && title != name.concat() && !text.is_empty();
    let is_empty = |word: &str| matches!(word, "api" | "default") || shorten::is_version(word);
    let is_default = text.is_empty() || tag.each().all(is_empty);
    // `carts/{cartId}/items` of that path
    let is_told = || text.contains("/{") || operation.text.title.as_deref() == Some(text);
    let is_path = text.contains('/') && operation.path.ends_with(text) && is_told();
    !is_path && (is_named || !is_default && (has_tag() || !has_resource || operation.path.contains('.')))
}

/// Returns true for a path that is a sentence, and no resource: `/sendMessage`, `POST /close`.
fn is_sentence(operation: &ir::Operation) -> bool {
    let [PathPiece::Literal(text)] = &operation.pieces[..] else {
        return false;
    };
    let mut steps = segments(text);
    let step = Words::new(steps.next().unwrap_or_default());
    let called = Words::new(&operation.called);
    let is_id = operation.id_given && step.each().count() > 1 && (called == step || called.after(&step).is_some());
    // `POST /forward-message`, or `POST /search_users` with the summary `Searches for users`
    let is_one = step.each().last().is_some_and(|last| singular_of(last) == last);
    let is_told = |first: &str| {
        let is_action = is_one && is_verb(first) && operation.method == ir::Method::Post;
        let is_free = step.each().count() > 1 && !operation.id_given;
        is_free && (is_action || told(operation).as_deref() == Some(first))
    };
    let mut words = step.each();
    let begins = words
        .next()
        .is_some_and(|first| PURE.contains(&first) || is_id && is_verb(first) || is_told(first));
    // `/add-ons` are a resource.
    let is_more = match words.next() {
        None => operation.method == ir::Method::Post,
        Some(second) => second != "ons",
    };
    begins && is_more && steps.next().is_none()
}

/// Returns the name of a tag that explains it: `files` of `files : Upload files`, and `Awards` of `Awards (Television & Movies)`.
fn before_sentence(tag: &str) -> Option<&str> {
    let is_text = |(_, text): &(&str, &str)| text.split(' ').count() > 2 && !text.contains(" - ");
    let told = || {
        tag.split_once(" - ")
            .or_else(|| tag.strip_suffix(')')?.split_once(" ("))
            .filter(is_text)
    };
    let (name, _) = tag.split_once(": ").or_else(told)?;
    Some(name.trim())
}

/// Returns the `x-sdk` group, else the first tag that names a resource, else the first path segment that is a noun.
fn group_of<'a>(api: &ir::Api, operation: &'a ir::Operation) -> &'a str {
    let segment = || {
        operation.pieces.iter().find_map(|piece| match piece {
            PathPiece::Literal(text) => segments(text).next().map(shorten::without_extension),
            PathPiece::Parameter(_) => None,
        })
    };
    let segment = || segment().filter(|_| !is_sentence(operation));
    operation
        .group
        .as_deref()
        .or_else(|| {
            let tag = operation.tags.iter().find(|tag| is_resource(api, operation, tag));
            // `files : Upload files` of `/files`
            let joined = |text: &str| Words::new(text).each().collect::<String>();
            let is_step = |name: &&str| {
                let mut steps = operation.path.split('/');
                steps.any(|step| same_noun(&joined(step), &joined(name)))
            };
            tag.map(|tag| resource(before_sentence(tag).filter(is_step).unwrap_or(tag)))
        })
        .or_else(segment)
        .unwrap_or("root")
}

/// Returns an id after the service that is its tag, where the group is another noun: `CreateArtifact` of `Registry_CreateArtifact`.
pub(super) fn after_tag<'i>(id: &'i str, operation: &ir::Operation, group: &[&str]) -> Option<&'i str> {
    let (service, action) = id.split_once('_')?;
    let words = Words::new(service);
    let is_tag = operation.tags.iter().any(|tag| Words::new(tag) == words);
    let is_other = !is_run(&words.each().collect::<Vec<_>>(), group);
    let own = Words::new(action);
    let is_action = action.starts_with(|c: char| c.is_ascii_uppercase()) && own.each().count() > 1;
    (is_tag && is_other && is_action && is_verb(own.each().next()?)).then_some(action)
}

/// Names the groups; groups with the same words are one group.
pub(super) fn name(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
    let mut index: HashMap<Words, usize> = HashMap::new();
    let mut spellings: Vec<(&str, &ir::Operation)> = Vec::new();
    for (id, operation) in api.operations() {
        let spelling = group_of(api, operation);
        let at = *index.entry(Words::new(spelling)).or_insert_with(|| {
            spellings.push((spelling, operation));
            spellings.len() - 1
        });
        names.operations[id.0 as usize].group = at;
    }
    let claims = |what: &str| -> Vec<NameClaim> {
        let claim = |(spelling, operation): &(&str, &ir::Operation)| {
            NameClaim::stated(format!("{what}/{spelling}"), &operation.origin, spelling)
        };
        spellings.iter().map(claim).collect()
    };
    let snakes = resolver.settle(&reserved::GROUP, claims("group"));
    let features = resolver.settle(&reserved::FEATURE, claims("feature"));
    // Modules collide where accessors do, and are pinned with them.
    let before = (resolver.findings.collisions.len(), resolver.findings.unusable.len());
    let modules = resolver.settle(&reserved::MODULE, claims("group"));
    resolver.findings.collisions.truncate(before.0);
    resolver.findings.unusable.truncate(before.1);
    let each = || api.tags.iter().enumerate().rev();
    let short = each().filter_map(|(at, tag)| Some((before_sentence(&tag.name)?, at)));
    let whole = each().map(|(at, tag)| (tag.name.as_str(), at));
    let tags: HashMap<Words, usize> = short
        .chain(whole)
        .map(|(name, at)| (Words::new(resource(name)), at))
        .collect();
    names.groups = snakes
        .into_iter()
        .zip(modules)
        .zip(features)
        .zip(&spellings)
        .map(|(((snake, module), feature), (spelling, _))| GroupName {
            snake,
            module,
            feature,
            pascal: String::new(),
            spelling: (*spelling).to_owned(),
            tag: tags.get(&Words::new(spelling)).copied(),
        })
        .collect();
}

/// Returns the segments of a literal piece of a path that are nouns.
pub(super) fn segments(text: &str) -> impl Iterator<Item = &str> {
    let path = text.split('?').next().unwrap_or_default();
    path.split('/')
        .filter(|segment| !segment.is_empty() && *segment != "api" && !shorten::is_version(segment))
}
