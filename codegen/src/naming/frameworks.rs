//! What frameworks and habits add to an operation id beside its action.
//!
//! In: an operation and its group. Out: the part of its id that names the action. It is a part of the text, and depends on no
//! other operation, except for the number of `findAll_1`.

use std::collections::HashMap;

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::words::{Words, same_noun};

use super::groups::{after_tag, noun};
use super::names::Names;
use super::shorten::{ARTICLES, is_preposition, is_version, without_digit, without_number, without_suffix};
use super::steps::{Segment, ids_with_digits, is_place, is_run, joined_apart, singular, within_class};
use super::verbs::{BULK, PURE, QUANTIFIERS, STANDARD, TOKENS, fits, is_verb, singular_of};
use crate::limits;

/// Terms between a verb and its noun.
const ADJECTIVES: &[&str] = &["current", "latest", "new", "pending", "recent"];

/// Stages of an operation before its release.
const STAGES: &[&str] = &["alpha", "beta", "experimental"];

/// Sources of an operation's name, split into words once.
pub(super) struct Called<'a> {
    /// Its id as names use it.
    pub(super) id: Words,
    /// Its whole id.
    pub(super) whole: Words,
    /// Its method and its path.
    pub(super) place: Words,
    /// Its id without what a framework adds to it.
    pub(super) own: Option<&'a str>,
    /// The stage that its id begins with: `beta`. It follows the verb of the method.
    pub(super) stage: Option<&'static str>,
}

impl Called<'_> {
    pub(super) fn of(operation: &ir::Operation) -> Self {
        Self {
            own: None,
            stage: None,
            id: joined_apart(operation, &operation.called),
            whole: Words::new(&operation.id),
            place: Words::new(operation.method.token()).and(Words::new(&operation.path)),
        }
    }
}

/// Gives each id its own part: before the number that a framework appended because another group has the method (`findAll_1`),
/// and after a controller, unless another one of the group has the action.
pub(super) fn set_own<'a>(api: &'a ir::Api, names: &Names, called: &mut [Called<'a>]) {
    let group = |id: ir::OperationId| names.operations[id.0 as usize].group;
    let plain: HashMap<&str, usize> = api.operations().map(|(id, one)| (one.id.as_str(), group(id))).collect();
    let mut counts: HashMap<(usize, &str), usize> = HashMap::new();
    let counted = ids_with_digits(api);
    let numbered = |one: &'a ir::Operation| {
        let digit = without_digit(&one.called).filter(|own| plain.contains_key(own) && counted.contains(own));
        without_number(&one.called).or(digit).filter(|_| one.id_given)
    };
    for (id, one) in api.operations() {
        if let Some(own) = numbered(one) {
            *counts.entry((group(id), own)).or_default() += 1;
        }
    }
    let mut actions: HashMap<(usize, Words), usize> = HashMap::new();
    let action = |id, one: &ir::Operation| Some((group(id), Words::new(one.action.as_ref()?)));
    for key in api.operations().filter_map(|(id, one)| action(id, one)) {
        *actions.entry(key).or_default() += 1;
    }
    for ((id, one), called) in api.operations().zip(called) {
        let own = numbered(one).filter(|own| {
            // `getMapsUsingGET_1` has the number of another class also if this contract leaves that one out.
            let is_appended = || without_suffix(own, one.method.token()) != *own;
            let is_other = plain.get(own).map_or_else(is_appended, |other| *other != group(id));
            is_other && counts.get(&(group(id), *own)) == Some(&1)
        });
        let is_alone = action(id, one).is_some_and(|key| actions.get(&key) == Some(&1));
        called.own = own.or(one.action.as_deref().filter(|_| is_alone));
        let words = names
            .groups
            .get(group(id))
            .map(|group| Words::new(noun(&group.spelling)));
        let is_readable = one.id_given && one.called.len() <= limits::READABLE_ID_BYTES;
        if let Some(words) = words.filter(|_| is_readable) {
            let own = called.own.unwrap_or(&one.called);
            let staged = before_stage(own, one).filter(|(stage, _)| !words.each().any(|word| word == *stage));
            let (stage, own) = staged.map_or((None, own), |(stage, own)| (Some(stage), own));
            let rest = without_additions(own, one, &words);
            (called.stage, called.own) = (stage, rest.or(stage.map(|_| own)).or(called.own));
        }
    }
}

/// Returns an id without what a framework adds to it, or `None` if it adds nothing.
fn without_additions<'i>(whole: &'i str, operation: &'i ir::Operation, group: &Words) -> Option<&'i str> {
    let group: Vec<&str> = group.each().collect();
    let id = before_place(whole, operation)
        .or_else(|| after_place(whole, operation))
        .or_else(|| within_class(operation).filter(|_| whole.len() == operation.called.len()))
        .unwrap_or(whole);
    let id = after_do(id).unwrap_or(id);
    let own = without_suffix(id, operation.method.token());
    // `setHTMLUsingGET` of `/setHTML`
    let step = operation.path.rsplit('/').next().unwrap_or_default();
    let is_step = own.len() < id.len() && Words::new(own) == Words::new(step);
    let own = if is_step { own } else { id };
    let mut own = before_kind(own, operation, &group).unwrap_or(own);
    own = after_namespace(own, &group).unwrap_or(own);
    own = after_token(own, operation, &group).unwrap_or(own);
    own = before_own_key(own, operation).unwrap_or(own);
    own = before_async(own, &operation.path).unwrap_or(own);
    own = after_tag(own, operation, &group).unwrap_or(own);
    own = after_controller(own, operation.method, &group).unwrap_or(own);
    own = after_short_form(own, &group).unwrap_or(own);
    own = after_prefix(own, &group).unwrap_or(own);
    (own.len() < whole.len()).then_some(own)
}

/// Returns the stage that an id begins with, and the rest: `BetaArchiveVault`, and `beta_messages_post` of `/messages?beta=true`.
fn before_stage<'i>(id: &'i str, operation: &ir::Operation) -> Option<(&'static str, &'i str)> {
    let is_sign = |c: char| !c.is_alphanumeric();
    let words = Words::new(id);
    let mut words = words.each();
    let first = words.next()?;
    let stage = STAGES.iter().copied().find(|stage| first == *stage)?;
    let is_action = words.next().is_some_and(is_verb) && words.next().is_some();
    let query = operation.path.split_once('?');
    let is_choice = query.is_some_and(|(_, query)| query.split(['=', '&']).next() == Some(stage));
    let rest = id
        .trim_start_matches(is_sign)
        .get(stage.len()..)?
        .trim_start_matches(is_sign);
    (is_action || is_choice && !rest.is_empty()).then_some((stage, rest))
}

/// Returns the function of an id that FastAPI makes of function, path and request method: `assess_csv_v1_geo_csv_post`.
pub(super) fn before_place<'i>(id: &'i str, operation: &ir::Operation) -> Option<&'i str> {
    let sign = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let path = operation.path.split('?').next()?;
    let place: String = path.chars().map(sign).collect();
    let own = id.strip_suffix(&operation.method.token().to_ascii_lowercase())?;
    let own = own.strip_suffix('_')?.strip_suffix(&place)?;
    let words = Words::new(own);
    // `text_to_speech` has no verb. What it gets, changes or deletes, its path shows.
    let is_noun = words.each().count() > 1 && !words.each().any(|word| is_verb(word) || is_version(word));
    let is_action = words.each().next().is_some_and(is_verb) || is_noun && operation.method == Method::Post;
    is_action.then_some(own)
}

/// Returns the function of an id that begins in request method and path: `patch-/users/{id}_update`, `put_files_id#add_shared_link`.
fn after_place<'i>(id: &'i str, operation: &ir::Operation) -> Option<&'i str> {
    let token = operation.method.token();
    if let Some((place, action)) = id.split_once('#') {
        let is_place = Words::new(place).each().next() == Some(&token.to_ascii_lowercase());
        let words = Words::new(action);
        let verb = words
            .each()
            .next()
            .filter(|verb| is_verb(verb) && fits(operation.method, verb));
        return Some(action).filter(|_| is_place && verb.is_some());
    }
    let (begin, rest) = id.split_once('-')?;
    rest.strip_prefix(&*operation.path)?
        .strip_prefix('_')
        .filter(|_| begin.eq_ignore_ascii_case(token))
}

/// Returns an id after the request method in capital letters that its verb follows: `Action_POSTsubscribe`, `POST_CancelAuthorization`.
fn after_token<'i>(id: &'i str, operation: &ir::Operation, group: &[&str]) -> Option<&'i str> {
    let at = id.find(operation.method.token())?;
    let (class, rest) = (&id[..at], &id[at + operation.method.token().len()..]);
    let class = Words::new(class);
    let is_class = at == 0 || id[..at].ends_with('_') && is_run(&class.each().collect::<Vec<_>>(), group);
    let own = rest.trim_start_matches('_');
    let words = Words::new(own);
    let verb = words.each().next()?;
    let is_action = if own.len() < rest.len() {
        operation.method != Method::Get && words.each().count() > 1 && PURE.contains(&verb)
    } else {
        own.starts_with(|c: char| c.is_ascii_lowercase()) && is_verb(verb)
    };
    let is_noun = group.iter().any(|noun| same_noun(noun, verb));
    (is_class && is_action && !is_noun && fits(operation.method, verb)).then_some(own)
}

/// Returns a method of Java after `do`: `doUpsert`.
fn after_do(id: &str) -> Option<&str> {
    let own = id.strip_prefix("do")?.trim_start_matches(['_', '-']);
    let is_apart = own.len() + 2 < id.len() || own.starts_with(|c: char| c.is_ascii_uppercase());
    // A list of things to do
    (is_apart && own != "list" && own != "List" && Words::new(own).each().next().is_some_and(is_verb)).then_some(own)
}

/// Returns an id before the key of the noun that it has already: `GetConfigurationByConfigurationId`.
fn before_own_key<'i>(id: &'i str, operation: &ir::Operation) -> Option<&'i str> {
    let at = id.rfind("By").or_else(|| id.rfind("_by_"))?;
    let (own, key) = (
        Words::new(&id[..at]),
        Words::new(id[at..].trim_start_matches('_').get(2..)?),
    );
    let (own, key): (Vec<&str>, Vec<&str>) = (own.each().collect(), key.each().collect());
    let (last, noun) = key.split_last()?;
    let is_it =
        *last == "id" && !noun.is_empty() && own.len() > noun.len() && is_run(&own[own.len() - noun.len()..], noun);
    (is_it && operation.path.contains('{')).then(|| &id[..at])
}

/// The ends that generators of JSON:API append to the verb of a method.
#[rustfmt::skip]
const JSON_API_KINDS: &[&str] = &[
    "_instance", "Instance", "_to_many_related", "ToManyRelated", "_to_one_related", "ToOneRelated",
];

/// Returns an id before the kind of class or method that frameworks append: `get_project_resource`, `GetChannelsIndex`,
/// `users-create_instance`.
fn before_kind<'i>(id: &'i str, operation: &ir::Operation, group: &[&str]) -> Option<&'i str> {
    // `cities_getv1` of `/v1/cities`
    let mut versions = operation.path.split('/').filter(|step| is_version(step));
    let is_resource = operation.path.to_ascii_lowercase().contains("instance");
    let kind = JSON_API_KINDS
        .iter()
        .find_map(|kind| id.strip_suffix(kind))
        .filter(|_| !is_resource);
    let own = kind.or_else(|| versions.find_map(|version| id.strip_suffix(version)));
    let is_method = |own: &&str| {
        let words = Words::new(own);
        matches!(&words.each().collect::<Vec<_>>()[..], [_, .., verb] if STANDARD.contains(verb))
    };
    if let Some(own) = own.filter(is_method) {
        return Some(own);
    }
    let ends = ["_resource", "_Index", "Index", " id"];
    let (own, kind) = ends
        .iter()
        .find_map(|kind| Some((id.strip_suffix(kind)?, kind.trim_matches(['_', ' ']).to_lowercase())))?;
    let is_it = kind != "index" || operation.method == Method::Get;
    let is_noun = kind != "id" && operation.path.to_lowercase().contains(&kind)
        || group.iter().any(|word| same_noun(word, &kind));
    // `byoipPrefixes_get_resource`
    let has_noun = Words::new(own)
        .each()
        .last()
        .is_some_and(|last| !is_verb(last) && !is_preposition(last));
    (is_it && has_noun && !is_noun).then_some(own)
}

/// Returns an id after the namespaces that end in its group: `brands.create` of `travel.accounts.brands.create`.
fn after_namespace<'i>(id: &'i str, group: &[&str]) -> Option<&'i str> {
    let mut ends = id.match_indices('.').map(|(at, _)| &id[..at]);
    let is_group = |space: &&str| {
        let last = Words::new(space.rsplit('.').next().unwrap_or_default());
        let last = last.each().collect::<Vec<_>>();
        space.contains('.') && (is_run(&last, group) || same_noun(&last.concat(), &group.concat()))
    };
    ends.rfind(is_group).and_then(|space| id.get(space.len() + 1..))
}

/// Returns a method of C# without the term for its return type: `GetAgentAsync`.
fn before_async<'i>(id: &'i str, path: &str) -> Option<&'i str> {
    let own = id.strip_suffix("Async")?;
    let is_method = own.rsplit('_').next()?.starts_with(|c: char| c.is_ascii_uppercase());
    (is_method && own.ends_with(char::is_alphanumeric) && !path.to_ascii_lowercase().contains("async")).then_some(own)
}

/// Returns the action of `Apps_AddOwner`, if it has a noun, and the controller a term of it or of the group.
fn after_controller<'i>(id: &'i str, method: Method, group: &[&str]) -> Option<&'i str> {
    let (noun, action) = id.split_once('_')?;
    let is_upper =
        |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase()) && text.contains(|c: char| c.is_lowercase());
    let (own, all) = (Words::new(noun), Words::new(action));
    let (mut own, all): (Vec<&str>, Vec<&str>) = (own.each().collect(), all.each().collect());
    let is_upper = is_upper(noun) && is_upper(action) && !action.contains('_');
    let is_joined = is_upper && is_verb(all.first()?);
    // `OrderApi_SendToClient`, `Api_ReportLocation`
    let is_api = own.pop_if(|word| *word == "api").is_some() && (own.is_empty() || is_run(&own, group));
    if is_api && (is_joined || is_upper && (own.is_empty() || method == Method::Get)) {
        return Some(action);
    }
    let object = all
        .iter()
        .skip(1)
        .find(|word| !QUANTIFIERS.contains(word) && !ARTICLES.contains(word))?;
    let is_phrase = !is_preposition(object) && !matches!(*object, "and" | "or");
    let is_sentence = is_joined && is_phrase && (!is_verb(object) || own.contains(object));
    let is_shared = |others: &[&str]| {
        own.iter()
            .any(|word| others.iter().any(|other| !is_version(word) && same_noun(word, other)))
    };
    let is_apart = if is_run(&own, group) {
        TOKENS.contains(&all[0]) && is_shared(&all) || is_run(&all[1..], group)
    } else {
        is_shared(&all) || is_shared(group)
    };
    (is_sentence && is_apart).then_some(action)
}

/// Returns an id after a short form of its group, which a verb follows: `orgSearchTeams` of `organization`.
fn after_short_form<'i>(id: &'i str, group: &[&str]) -> Option<&'i str> {
    let ([group], words) = (group, Words::new(id)) else {
        return None;
    };
    let (first, second) = (words.each().next()?, words.each().nth(1)?);
    let is_it = first.len() > 2
        && group.starts_with(first)
        && !same_noun(first, group)
        && !is_verb(first)
        && !group.contains(second);
    let rest = id
        .get(first.len()..)?
        .trim_start_matches(|c: char| !c.is_alphanumeric());
    // `appSearch` of `POST /applications/search`
    let has_noun = words.each().count() > 2 || !matches!(second, "by" | "get" | "list");
    (is_it && has_noun && is_verb(second) && id.is_char_boundary(first.len()) && id.to_lowercase().starts_with(first))
        .then_some(rest)
}

/// Returns an id after nouns that a verb with the group alone follows: `docsListOrders` of `orders`, and `projects_list_resources` of
/// `project resources`.
fn after_prefix<'i>(id: &'i str, group: &[&str]) -> Option<&'i str> {
    let all = Words::new(id);
    let words: Vec<&str> = all.each().collect();
    let at = words.iter().position(|word| is_verb(word)).filter(|at| *at > 0)?;
    let (nouns, rest) = (&words[..at], &words[at + 1..]);
    // `partialUpdateRole`, `HasUserSetPassword`
    let is_adverb = |word: &str| {
        is_preposition(word)
            || BULK.contains(&word)
            || word.ends_with("ly")
            || matches!(word, "can" | "has" | "is" | "partial")
    };
    // A capital letter alone is no sign of `nearDuplicateArticles`.
    let is_method = |word: &str| STANDARD.contains(&word) || TOKENS.contains(&word) || id.contains(['_', '-', '.']);
    let is_group = is_method(words[at]) && (is_run(rest, group) || is_run(&[nouns, rest].concat(), group));
    let is_plain = !rest.is_empty() && !nouns.iter().any(|word| is_adverb(word));
    if !is_group || !is_plain {
        return None;
    }
    let is_cut = |cut: &usize| {
        id.is_char_boundary(*cut)
            && Words::new(&id[..*cut]).each().eq(nouns.iter().copied())
            && Words::new(&id[*cut..]).each().eq(words[at..].iter().copied())
    };
    id.get((1..id.len()).rfind(is_cut)?..)
}

/// Returns a method with the version that its id ends in: `list_disks_v1` beside `list_disks`, and `get_v2` of `getUserV2` if that is not
/// longer than the id without its group.
pub(super) fn with_version(operation: &ir::Operation, short: &Words, own: &Words) -> Option<Words> {
    let end = &operation.called[operation.called.rfind(['_', 'V'])?..];
    let version = end.trim_start_matches('_').to_ascii_lowercase();
    let is_short = || short.each().count() < own.each().count();
    let is_it = version.starts_with('v') && is_version(&version) && (end.starts_with('_') || is_short());
    is_it.then(|| short.clone().and(Words::new(&version)))
}

/// Returns the version that an id begins with, if neither path nor group have it: `v2.session.list` of `/api/session`.
pub(super) fn own_version(api: &ir::Api, operation: &ir::Operation, group: &Words) -> Option<Words> {
    let (first, rest) = operation.called.split_once('.')?;
    let is_it = first.starts_with('v') && first != "v1" && is_version(first);
    if !is_it || rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let servers = api.choices().into_iter().map(|server| &server.url);
    let has = |text: &String| text.to_ascii_lowercase().contains(first);
    let is_placed =
        has(&operation.path) || servers.into_iter().any(has) || group.each().any(|word| word.ends_with(first));
    (!is_placed).then(|| Words::new(first))
}

/// Returns true for a group whose version is apart from its noun: `permissions v2` of `/permissions`, and `apps v1` of `/apps/v1`. The version
/// belongs to the noun in a step of the path (`snmpv3`), and in an id if the path has no version (`getOrdersV2` of `/orders`).
pub(super) fn is_versioned(operation: &ir::Operation, group: &[&str], id: &[&str], steps: &[Segment]) -> bool {
    let [_, .., version] = group else { return false };
    let is_in_path = steps
        .iter()
        .any(|step| same_noun(&step.words().concat(), &group.concat()));
    let is_in_id = !operation.path.contains(version) && id.windows(group.len()).any(|run| is_run(run, group));
    // Without the version, `watchAppsV1JobList` of `/apps/v1/watch/jobs` would be the standard method `list` of a noun `watch jobs`.
    let is_own = |verb: &&str| is_verb(verb) && !STANDARD.contains(verb) && !TOKENS.contains(verb);
    let has_verb = id
        .first()
        .filter(|verb| is_own(verb))
        .is_some_and(|verb| steps.iter().any(|step| step.words() == [*verb]));
    version.starts_with('v') && is_version(version) && !is_in_path && !is_in_id && !has_verb
}

/// Returns true for an id that is its request method and path, that begins with a request method which is not a verb of users or is
/// spelled as one (`GET_users`), or that ends in that of the operation.
pub(super) fn is_generated(operation: &ir::Operation, id: &[&str], steps: &[Segment], group: &[&str]) -> bool {
    let is_in_path = |word: &str| steps.iter().flat_map(Segment::words).any(|own| own.contains(word));
    let is_token = |word: &&str| TOKENS.contains(word) && !is_in_path(word);
    let token = operation.method.token();
    let is_spelled = operation.called.split(['_', '-']).next() == Some(token);
    let is_own = |word: &&str| word.eq_ignore_ascii_case(token) && is_token(word);
    if is_place(operation) {
        return true;
    }
    // `patchTargetsForFlags` and `DELETE_Note_for_User` are sentences of a person, unless the path has the preposition.
    let is_sentence = |word: &&str| {
        matches!(*word, "for" | "of" | "on" | "to" | "with") && !is_in_path(word) && !group.contains(word)
    };
    if !matches!(id.first(), Some(&"post" | &"put")) && id.iter().any(is_sentence) {
        return false;
    }
    // The terms after a fragment tell apart operations of one path.
    let is_whole = id.len() > 1 && !operation.called.contains('#');
    // `couponRepositoryV1GetGet`
    let is_appended = id.split_last().is_some_and(|(last, rest)| {
        last.eq_ignore_ascii_case(token) && rest.iter().skip(1).any(|word| is_verb(word) && !is_in_path(word))
    });
    // `Goals_Delete` of a framework
    let is_action = operation.called.split_once('_').is_some_and(|(noun, action)| {
        let is_method = action
            .get(..token.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(token) && own != token);
        is_method
            && [noun, action]
                .iter()
                .all(|text| text.starts_with(|c: char| c.is_ascii_uppercase()))
    }) && id.last().is_some_and(|last| last.eq_ignore_ascii_case(token))
        && !operation.path.contains('(');
    // `PutOriginConfiguration` of a `POST` is the verb of a person.
    let is_first = |word: &&str| is_token(word) && (*word != "put" || operation.method != Method::Post);
    is_whole
        && (is_spelled || is_action || is_appended || id.first().is_some_and(is_first) || id.last().is_some_and(is_own))
}

/// Returns the terms of `teams_removeApp` with the verb first: `remove team app`.
pub(super) fn before_controller(operation: &ir::Operation, own: &Words) -> Option<Words> {
    let called = &operation.called;
    // `groups-add_member`
    let is_joined = |(_, action): &(&str, &str)| action.contains('_') && !action.contains('-');
    let at_sign = || called.split_once('_').filter(|(_, action)| !action.contains('_'));
    let (noun, action) = called.split_once('-').filter(is_joined).or_else(at_sign)?;
    let (noun, action) = (Words::new(noun), Words::new(action));
    let (noun, action): (Vec<&str>, Vec<&str>) = (noun.each().collect(), action.each().collect());
    let own: Vec<&str> = own.each().collect();
    // The group may be cut: `roles` of `project_roles-list_permissions`.
    let noun = own.strip_suffix(&action[..]).filter(|own| noun.ends_with(own))?;
    let bulk = usize::from(BULK.contains(action.first()?));
    // `storeReleases` begin in a verb.
    let is_noun = |words: &[&str]| {
        let is_plural = words.len() > 1 && words.last().is_some_and(|last| singular_of(last) != **last);
        let is_free = |first: &&str| {
            if is_plural {
                !STANDARD.contains(first)
            } else {
                !is_verb(first)
            }
        };
        words.first().is_some_and(is_free)
    };
    let is_change = matches!(action[bulk..], ["create" | "delete" | "update", ..]);
    let is_action = is_verb(action.get(bulk)?) && is_noun(noun) && !(is_change && operation.method == Method::Get);
    let is_more = |at: usize| {
        action
            .get(at)
            .is_some_and(|word| ADJECTIVES.contains(word) || QUANTIFIERS.contains(word))
    };
    let mut end = bulk + 1;
    while matches!(action.get(end), Some(&"and" | &"or")) {
        end += 2;
    }
    end += usize::from(is_more(end));
    let object = action.get(end..).filter(|_| is_action && action.len() > bulk + 1)?;
    let mut nouns: Vec<String> = noun.iter().map(|word| (*word).to_owned()).collect();
    if object.first().is_some_and(|word| !is_preposition(word)) {
        nouns = singular(&nouns);
    }
    // `releases_getReleaseStatus`
    let last = nouns.last().cloned().unwrap_or_default();
    let whole = nouns.concat();
    if object
        .iter()
        .any(|word| same_noun(word, &last) || same_noun(word, &whole))
    {
        nouns.clear();
    }
    let nouns: Vec<&str> = nouns.iter().map(String::as_str).collect();
    Some(Words::of_each(&[&action[..end], &nouns, object].concat()))
}

/// Returns the terms of `UserGrantRole` of `/user/grant` with the verb first.
pub(super) fn before_object(steps: &[Segment], own: &Words) -> Option<Words> {
    let words: Vec<&str> = own.each().collect();
    let [noun, verb, object @ ..] = &words[..] else {
        return None;
    };
    let is_it = |pair: &[Segment]| match pair {
        [Segment::Literal(resource), Segment::Literal(action)] => {
            resource == &[*noun] && action.concat().starts_with(verb)
        }
        _ => false,
    };
    let is_action = is_verb(verb) && !is_verb(noun) && !object.is_empty() && steps.windows(2).any(is_it);
    is_action.then(|| Words::of_each(&[&[*verb, *noun], object].concat()))
}
