//! Operation ids without the noun of their group: `getCustomer` of `customers` is `get`.
//!
//! In: an id, its group and its path. Out: the words that stay; `None` if the whole id must stay. A group is cut where it
//! stands first, or right after the verb. It stays where it is what the operation acts on: `DeleteVaultItem` of `items`
//! never becomes `delete_vault`. What an operation acts on is the last resource of its path.

use sdkwright_contract::words::{Case, Words, same_noun};

use super::reserved::KEYWORDS;
use super::verbs::{BULK, QUANTIFIERS, STANDARD, TOKENS, is_verb, singular_of};

pub(super) const ARTICLES: &[&str] = &["a", "an", "the"];

/// Words that end a noun phrase.
const PREPOSITIONS: &[&str] = &[
    "about", "after", "against", "among", "as", "at", "before", "between", "by", "during", "for", "from", "in", "into",
    "of", "off", "on", "onto", "out", "over", "per", "since", "than", "through", "to", "toward", "under", "until",
    "up", "upon", "using", "via", "with", "within", "without",
];

/// File name extensions at the end of a path.
const EXTENSIONS: &[&str] = &["csv", "html", "json", "pdf", "txt", "xml"];

/// Returns true for a word that ends a noun phrase.
pub(super) fn is_preposition(word: &str) -> bool {
    PREPOSITIONS.contains(&word)
}

/// Returns a method without articles, and with its noun if it would be a keyword of Rust: `move_screen`, and not `move_`.
pub(super) fn readable(short: &Words, own: impl FnOnce() -> Words) -> Words {
    let short = without_articles(short);
    let verb = short.render(Case::Snake);
    if !KEYWORDS.contains(&&*verb) {
        return short;
    }
    let own = without_articles(&own());
    let own: Vec<&str> = own.each().take_while(|word| !is_preposition(word)).collect();
    match own[..] {
        [first, _, ..] if first == verb => Words::of_each(&own),
        _ => short,
    }
}

/// Returns terms that have the parameter at their end once: `get_by_name` of `get_by_name_name` and of `get_by_name_by_name`.
pub(super) fn without_repeat(words: Words) -> Words {
    let all: Vec<&str> = words.each().collect();
    let cut = match all[..] {
        [.., "by", a, "by", b] if a == b => 2,
        [.., "by", a, b] if a == b => 1,
        _ => return words,
    };
    Words::of_each(&all[..all.len() - cut])
}

/// Returns terms without the articles after a verb or a preposition: `pause playback of user` of `pause the playback of a user`.
fn without_articles(words: &Words) -> Words {
    let all: Vec<&str> = words.each().collect();
    let is_article = |at: usize| {
        let is_within = at > 0 && at + 1 < all.len() && ARTICLES.contains(&all[at]);
        is_within && (all[at] != "a" || at == 1 && is_verb(all[0]) || is_preposition(all[at - 1]))
    };
    let kept: Vec<&str> = (0..all.len()).filter(|at| !is_article(*at)).map(|at| all[at]).collect();
    Words::of_each(&kept)
}

/// Returns true for `v1`, `v2beta1`, `2024-01-01`: not a noun.
pub(super) fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix(['v', 'V']).unwrap_or(segment);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let plain = ["alpha", "beta", "preview", "rc"]
        .iter()
        .fold(number.to_owned(), |text, stage| text.replace(stage, ""));
    plain
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
}

/// Returns an id after the version of its path, which a framework writes before it: `v1_users_ban`.
fn without_version<'i>(id: &'i str, path: &str) -> Option<&'i str> {
    let (first, rest) = id.split_once(['_', '-', '.', '/', ' '])?;
    let is_of_path = path.split('/').any(|segment| segment.eq_ignore_ascii_case(first));
    if !is_of_path || !(first == "api" || is_version(first)) || rest.is_empty() {
        return None;
    }
    without_version(rest, path).or(Some(rest))
}

/// Returns an id after the namespace that its path begins with and a verb follows: `genai_list_agents` of `/v2/gen-ai/agents`.
fn without_first_step<'i>(id: &'i str, path: &str) -> Option<&'i str> {
    let (first, rest) = id.split_once(['_', '-', '.', '/', ' '])?;
    let mut steps = path
        .split('/')
        .filter(|step| !step.is_empty() && *step != "api" && !is_version(step));
    let is_it = steps.next().is_some_and(|step| {
        Words::new(step).each().eq(Words::new(first).each()) || step.replace(['-', '_'], "") == first
    });
    let is_namespace = is_it && steps.next().is_some_and(|step| !step.starts_with('{'));
    let words = Words::new(rest);
    let has_verb = words.each().next().is_some_and(is_verb) && words.each().count() > 1 && !is_verb(first);
    (is_namespace && has_verb).then_some(rest)
}

/// Returns a piece of a path without the extension of a file name.
pub(super) fn without_extension(literal: &str) -> &str {
    match literal.rsplit_once('.') {
        Some((name, extension)) if EXTENSIONS.contains(&extension) => name,
        _ => literal,
    }
}

/// Returns an id before the number that a framework appended because another group has the same method: `findAll_1`.
pub(super) fn without_number(id: &str) -> Option<&str> {
    let (own, number) = id.rsplit_once('_')?;
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit());
    let is_method = own.starts_with(|c: char| c.is_ascii_lowercase()) && own.chars().all(|c| c.is_ascii_alphanumeric());
    (is_number && is_method && !own.ends_with(|c: char| c.is_ascii_digit())).then_some(own)
}

/// Returns an id before a digit without a sign, which NSwag appends: `confirmOrder2`. Two other operations must have the rest, one of them with
/// another digit.
pub(super) fn without_digit(id: &str) -> Option<&str> {
    let own = id.strip_suffix(|c: char| c.is_ascii_digit())?;
    let is_phrase = Words::new(own).each().nth(1).is_some();
    (is_phrase && own.ends_with(|c: char| c.is_ascii_alphabetic())).then_some(own)
}

/// Returns an id before the request method that a framework appended: `getMapUsingGET`.
pub(super) fn without_suffix<'i>(id: &'i str, token: &str) -> &'i str {
    let own = id.strip_suffix(token).and_then(|own| own.strip_suffix("Using"));
    own.filter(|own| !own.is_empty()).unwrap_or(id)
}

/// Returns an id without what its path says before and after it.
pub(super) fn without_path<'i>(id: &'i str, path: &str) -> Option<&'i str> {
    let shorter = [without_parameters, without_version, without_first_step].into_iter();
    shorter.fold(None, |own, without| without(own.unwrap_or(id), path).or(own))
}

/// Returns an id without the namespace of its group or its path, and without parameters.
pub(super) fn without_surroundings<'i>(id: &'i str, path: &str, group: &Words) -> Option<&'i str> {
    let own = without_namespace(id, group).or_else(|| without_first_step(id, path));
    without_parameters(own.unwrap_or(id), path).or(own)
}

/// Returns an id after the namespace that is its group: `GetGroup` of `GroupV2.GetGroup`.
fn without_namespace<'i>(id: &'i str, group: &Words) -> Option<&'i str> {
    let (words, group): (Words, Vec<&str>) = (Words::new(id), group.each().collect());
    let words: Vec<&str> = words.each().collect();
    let (rest, left) = namespaced(id, &words, &group)?;
    let is_sign = id[..id.len() - rest.len()].ends_with(['.', '/', ':']);
    (is_sign && !left.is_empty()).then_some(rest)
}

/// Returns an id before the parameters of its path, which a framework joins to it: `PutBydepotNo` of `/depots/{depotNo}`.
fn without_parameters<'i>(id: &'i str, path: &str) -> Option<&'i str> {
    let names: String = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect();
    let own = id.strip_suffix(names.as_str())?.strip_suffix("By")?;
    let is_joined = names.starts_with(|c: char| c.is_lowercase());
    (is_joined && !own.is_empty()).then_some(own)
}

/// Returns the words of an id without those of its group.
pub(super) fn without_group(id: &str, words: &Words, group: &Words, path: &str) -> Option<Words> {
    let (whole, noun) = (group, group.each().collect::<Vec<&str>>());
    let (words, group): (Vec<&str>, &[&str]) = (words.each().collect(), &noun);
    if let Some(action) = repeated(id) {
        let words = Words::new(action);
        return without_group(action, &words, whole, path).or(Some(words));
    }
    let reader = Path::of(path);
    // `api keys` of the group `apikeys`
    let mut runs = (2..=words.len())
        .filter(|_| group.len() == 1)
        .flat_map(|length| words[1..].windows(length));
    let spelled = runs.find(|run| same_noun(&run.concat(), group[0]));
    let group = spelled.unwrap_or(group);
    // `fetchChannel` of the group `chat channel`
    if let ([verb, noun @ ..], Some(1..)) = (&words[..], (group.len() + 1).checked_sub(words.len()))
        && is_verb(verb)
        && !STANDARD.contains(verb)
        && !noun.is_empty()
        && is_at(group, group.len() - noun.len(), noun)
        && reader.ends_in(&[], noun)
    {
        return Some(Words::new(verb));
    }
    if group.is_empty() || words.len() <= group.len() {
        return None;
    }
    if let Some((rest, left)) = namespaced(id, &words, group).filter(|(_, left)| !left.is_empty()) {
        // An id may say the group as set and as type, and then what is done with it: `Orders.Order.ListOrder`.
        let Some((action, left)) = namespaced(rest, &left, group).filter(|(_, left)| !left.is_empty()) else {
            return Some(Words::of_each(&left));
        };
        let left = Words::of_each(&left);
        return without_group(action, &left, whole, path).or(Some(left));
    }
    let left = leading(&words, group, &reader)
        .or_else(|| after_verb(&words, group, &reader))
        .or_else(|| before_end(&words, group, &reader))
        .or_else(|| after_tail(id, &words, group))?;
    (!left.is_empty()).then(|| Words::of_each(&left))
}

/// Cuts a group of the path at the end with its preposition, after a verb and a noun: `get number of orders`, `add funds to an account`.
fn before_end<'a>(words: &[&'a str], group: &[&str], path: &Path<'_>) -> Option<Vec<&'a str>> {
    let end = words.len().checked_sub(group.len())?;
    let before = &words[..end];
    let articles = before.iter().rev().take_while(|word| ARTICLES.contains(*word)).count();
    let (last, rest) = before[..end - articles].split_last()?;
    let is_phrase = ["for", "from", "in", "of", "to"].contains(last) && is_at(words, end, group);
    let is_plain = |word: &&str| !is_preposition(word) && !QUANTIFIERS.contains(word);
    let has_noun = rest.len() > 1 && is_verb(rest[0]) && rest.iter().all(is_plain);
    (is_phrase && has_noun && path.has(group)).then(|| rest.to_vec())
}

/// Cuts the last term of a group where a sign and a verb follow it: `registry_list_tags` of `container registry`.
fn after_tail<'a>(id: &str, words: &[&'a str], group: &[&str]) -> Option<Vec<&'a str>> {
    let (first, _) = id.split_once(['_', '.', '-'])?;
    let ([own, rest @ ..], [_, .., tail]) = (words, group) else {
        return None;
    };
    let is_tail = Words::new(first).each().eq([*own]) && same_noun(own, tail);
    (is_tail && rest.len() > 1 && is_verb(rest[0])).then(|| rest.to_vec())
}

/// Returns the action of an id whose action has its noun, too: `Keywords_LinkKeywordToUser`.
fn repeated(id: &str) -> Option<&str> {
    let (noun, action) = id.split_once('_')?;
    let is_upper = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase()) && !text.contains('_');
    let (own, all) = (Words::new(noun), Words::new(action));
    let (own, all): (Vec<&str>, Vec<&str>) = (own.each().collect(), all.each().collect());
    let has_noun = (1..all.len()).any(|at| is_at(&all, at, &own));
    (is_upper(noun) && is_upper(action) && is_verb(all.first()?) && has_noun).then_some(action)
}

/// Cuts a group that a sign of namespaces follows, with the version before it: `repos/list`, `v1.endpoint.list`, `Orders_Place`.
/// Returns the rest of the id and its words.
fn namespaced<'i, 'a>(id: &'i str, words: &[&'a str], group: &[&str]) -> Option<(&'i str, Vec<&'a str>)> {
    let end = |(at, _): &(usize, &str)| Words::new(&id[..*at]).each().count();
    let version = id.split(['.', '/', ':']).next().filter(|first| is_version(first));
    let skipped = version.map_or(0, |version| Words::new(version).each().count());
    let mut signs = id.match_indices(['.', '/', ':']).filter(|(at, _)| *at > 0);
    let sign = signs.find(|sign| end(sign) == skipped + group.len());
    let (rest, length) = match sign {
        Some((at, _)) => (&id[at + 1..], skipped + group.len()),
        None => action(id, group)?,
    };
    is_at(words, skipped, group).then(|| (rest, words[length..].to_vec()))
}

/// Returns the action of `Orders_Place`, as frameworks join them, and the number of words before it. Words of `snake_case` are no
/// sign.
fn action<'i>(id: &'i str, group: &[&str]) -> Option<(&'i str, usize)> {
    let is_upper =
        |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase()) && text.contains(|c: char| c.is_lowercase());
    let (noun, action) = id.split_once('_')?;
    let is_joined = is_upper(noun) && is_upper(action) && !action.contains('_');
    let length = Words::new(noun).each().count();
    (is_joined && length == group.len()).then_some((action, length))
}

/// Cuts a group at the start: group and method then read like the id. The group may be a verb there (`tag_host`), unless
/// another verb stands beside it or the path ends in what follows.
fn leading<'a>(words: &[&'a str], group: &[&str], path: &Path<'_>) -> Option<Vec<&'a str>> {
    let rest = is_at(words, 0, group).then(|| &words[group.len()..])?;
    // `issueEditIssue`
    if rest.len() == group.len() + 1 && is_verb(rest[0]) && is_at(rest, 1, group) && path.ends_in(&[], group) {
        return Some(rest[..1].to_vec());
    }
    let has_verb = [rest.first(), rest.last()]
        .into_iter()
        .flatten()
        .any(|word| is_verb(word));
    // `import_image_manifest` of the group `imports`
    if !has_verb && group.len() == 1 && is_verb(words[0]) && words[0] != group[0] {
        return None;
    }
    (has_verb || path.ends_in(object(rest), group)).then(|| rest.to_vec())
}

/// Cuts a group after the verb, with its article, if the path ends in what then is acted on.
fn after_verb<'a>(words: &[&'a str], group: &[&str], path: &Path<'_>) -> Option<Vec<&'a str>> {
    let verbs = verbs(words, path)?;
    let is_article = |word: &&&str| ARTICLES.contains(*word) || matches!(**word, "new" | "this");
    let article = words[verbs..].iter().take_while(is_article).count();
    if !is_at(words, verbs + article, group) {
        return None;
    }
    let rest = &words[verbs + article + group.len()..];
    // `getTaskOfProject`
    if rest.first() == Some(&"of") && !QUANTIFIERS.contains(&words[verbs - 1]) {
        return None;
    }
    // An id that spells its path (`get_folders_id_items`) keeps its noun: `get_id_items` would not say whose id it is.
    let spells_path = rest.len() > 1 && rest[0] == "id";
    // `getResourceInfo` of `/resources/{id}`, but not `getResourcesByDate`
    let is_method = |word: &str| STANDARD.contains(&word) || TOKENS.contains(&word) || matches!(word, "and" | "or");
    let is_noun = |word: &str| {
        !is_preposition(word) && !is_method(word) && !word.ends_with("ed") && word.ends_with(char::is_alphabetic)
    };
    let is_last = |word: &str| is_noun(word) || rest.len() > 1 && word.starts_with('v') && is_version(word);
    // `remove_albums_user` of `/me/albums` acts on albums.
    let noun = words[verbs + article + group.len() - 1];
    let is_end = |step: &str| same_noun(&Words::new(step).each().collect::<String>(), &group.concat());
    let is_object = || singular_of(noun) != noun && path.1.rsplit('/').next().is_some_and(is_end);
    let is_phrase = || is_noun(rest[0]) && rest.last().is_some_and(|word| is_last(word)) && !path.has_parameter(rest);
    let is_part = || path.has(group) && !is_object() && is_phrase();
    // `getOrderByExternalId` of `/orders/external-id/{id}`
    let is_lookup = || rest.len() > 1 && rest[0] == "by" && path.looks_up(&rest[1..], group);
    let is_it = !spells_path && (path.ends_in(object(rest), group) || !rest.is_empty() && is_part() || is_lookup());
    is_it.then(|| [&words[..verbs], rest].concat())
}

/// Returns the number of words of the verb that an id begins with.
fn verbs(words: &[&str], path: &Path<'_>) -> Option<usize> {
    let is_verb_at = |at: usize| words.get(at).is_some_and(|word| is_verb(word) && !path.passes(word));
    let is = |at: usize, list: &[&str]| words.get(at).is_some_and(|word| list.contains(word));
    let mut end = usize::from(is(0, BULK)) + 1;
    if !is_verb_at(end - 1) {
        return None;
    }
    while is(end, &["and", "or"]) && is_verb_at(end + 1) {
        end += 2;
    }
    Some(end + usize::from(is(end, QUANTIFIERS)))
}

/// Returns true if the group stands there, in singular or plural.
fn is_at(words: &[&str], at: usize, group: &[&str]) -> bool {
    let run = words.get(at..).and_then(|rest| rest.get(..group.len()));
    run.is_some_and(|run| run.iter().zip(group).all(|(a, b)| same_noun(a, b)))
}

/// Returns the noun phrase that words begin with.
fn object<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let end = words.iter().position(|word| PREPOSITIONS.contains(word));
    &words[..end.unwrap_or(words.len())]
}

/// Returns a noun phrase, and what is left of it without verbs and versions at its end: `user list`, `payout v3`.
fn readings<'a>(phrase: &'a [&'a str]) -> impl Iterator<Item = &'a [&'a str]> {
    let is_extra = |word: &&str| is_verb(word) || is_version(word);
    let extra = phrase.iter().rev().take_while(|word| is_extra(word)).count();
    (0..=extra).map(|cut| &phrase[..phrase.len() - cut])
}

/// Returns true for two noun phrases with one head; a path may write several words as one (`statefulsets`).
fn is_same(phrase: &[&str], resource: &[&str]) -> bool {
    let heads = phrase.last().zip(resource.last());
    let whole = resource.concat();
    heads.is_some_and(|(a, b)| same_noun(a, b))
        || (0..phrase.len()).any(|from| same_noun(&phrase[from..].concat(), &whole))
}

/// The resources of a path, the last one first.
struct Path<'p>(Vec<Vec<String>>, &'p str);

impl<'p> Path<'p> {
    fn of(path: &'p str) -> Self {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let mut resources = Vec::new();
        let mut before_parameter = false;
        for segment in path.split(['/', ':']).rev() {
            let literal = segment.split(['{', '(']).next().unwrap_or_default();
            if matches!(literal, "" | "api") || is_version(literal) {
                before_parameter = segment.contains('{');
                continue;
            }
            let words = Words::new(without_extension(literal));
            let words: Vec<&str> = words.each().filter(|word| !BULK.contains(word)).collect();
            let first = words.iter().position(|word| !is_verb(word));
            // A verb is an action, unless it has members: there it is a noun (`/transfer/{id}/items`).
            let first = first.unwrap_or(if before_parameter { 0 } else { words.len() });
            let phrase = object(&words[first..]);
            if !phrase.is_empty() {
                resources.push(phrase.iter().map(|word| (*word).to_owned()).collect());
            }
            before_parameter = false;
        }
        Self(resources, path)
    }

    /// Returns true for the name of a parameter.
    fn has_parameter(&self, words: &[&str]) -> bool {
        let mut names = self.1.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        names.any(|name| Words::new(name).each().eq(words.iter().copied()))
    }

    /// Returns true if the group is one of the resources, or a step.
    fn has(&self, group: &[&str]) -> bool {
        let mut steps = self
            .1
            .split('/')
            .map(|step| Words::new(step).each().collect::<String>());
        let is_resource = |own: &Vec<String>| is_same(group, &own.iter().map(String::as_str).collect::<Vec<_>>());
        steps.any(|step| same_noun(&step, &group.concat())) || self.0.iter().any(is_resource)
    }

    /// Returns true if the path ends in a step with those words, or in a parameter after it, directly behind the group.
    fn looks_up(&self, words: &[&str], group: &[&str]) -> bool {
        let is_key = |resource: &Vec<String>| resource.iter().any(|word| words.iter().any(|own| same_noun(own, word)));
        let keys = self.0.iter().take_while(|resource| is_key(resource)).count();
        let before = self.0.get(keys).into_iter().flatten();
        let before: Vec<&str> = before.map(String::as_str).collect();
        keys > 0 && self.1.ends_with('}') && is_same(group, &before)
    }

    /// Returns true if the last resource is this noun phrase, or the group if the phrase is empty.
    fn ends_in(&self, phrase: &[&str], group: &[&str]) -> bool {
        let Some(last) = self.0.first() else {
            return readings(phrase).any(<[&str]>::is_empty);
        };
        let last: Vec<&str> = last.iter().map(String::as_str).collect();
        readings(phrase).any(|phrase| {
            let phrase = if phrase.is_empty() { group } else { phrase };
            readings(&last).any(|resource| is_same(phrase, resource))
        })
    }

    /// Returns true if the word names a resource that others follow: there it is a noun (`/transfers/{id}/items`).
    fn passes(&self, word: &str) -> bool {
        self.0
            .iter()
            .skip(1)
            .any(|resource| resource.last().is_some_and(|last| same_noun(last, word)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Words, without_group};
    use sdkwright_contract::words::Case;

    fn method(id: &str, group: &str, path: &str) -> String {
        let words = Words::new(id);
        let short = without_group(id, &words, &Words::new(group), path);
        short.unwrap_or(words).render(Case::Snake)
    }

    #[test]
    fn a_group_after_the_verb_is_cut_in_singular_and_plural() {
        assert_eq!(method("listCustomers", "customers", "/customers"), "list");
        assert_eq!(method("getPet", "pets", "/pets/{id}"), "get");
        assert_eq!(method("listCategories", "category", "/categories"), "list");
        assert_eq!(method("create_a_new_question", "questions", "/questions"), "create");
        assert_eq!(method("getBox", "boxes", "/boxes/{id}"), "get");
        assert_eq!(
            method("createFiatWithdrawal", "fiat_withdrawals", "/v1/withdrawals"),
            "create"
        );
        assert_eq!(
            method("createCustomerNote", "customers", "/customers/{id}/notes"),
            "create_note"
        );
        assert_eq!(method("createOrUpdateUser", "users", "/users"), "create_or_update");
        assert_eq!(method("bulkDeleteAllUsers", "users", "/users"), "bulk_delete_all");
        assert_eq!(method("get-an-album", "albums", "/albums/{id}"), "get");
        assert_eq!(method("getUserList", "users", "/users"), "get_list");
        assert_eq!(method("createPayoutV3", "payouts", "/v3/payouts"), "create_v3");
        assert_eq!(method("findPetsByStatus", "pet", "/pet/findByStatus"), "find_by_status");
        assert_eq!(method("addAttribute", "attributes", "/attribute.add.json"), "add");
        assert_eq!(
            method("readPolicyStatus", "policies", "/networkpolicies/{name}/status"),
            "read_status"
        );
        assert_eq!(
            method("getBatchByExternalId", "batches", "/batches/external_batch_id/{id}"),
            "get_by_external_id"
        );
        assert_eq!(
            method("getPaymentLink", "links", "/paymentLinks/{id}"),
            "get_payment_link"
        );
    }

    #[test]
    fn a_group_that_is_acted_on_or_that_leaves_a_stump_stays() {
        for (id, group, path) in [
            ("delete_vault_item", "items", "/vaults/{v}/items/{i}"),
            ("get_vault_items", "items", "/vaults/{v}/items"),
            ("remove_albums_user", "albums", "/me/albums"),
            ("list_all_for_server", "servers", "/servers/{id}/actions"),
            ("remove_from_batch", "batches", "/batches/{id}/remove"),
            ("get_details_of_file_by_id", "files", "/files/{id}/details"),
            ("get_active_users", "users", "/users/active"),
            ("get_files_id", "files", "/files/{id}"),
            ("get_files_id_comments", "files", "/files/{id}/comments"),
            ("get_items", "items", "/items/{id}/history"),
            ("transfer_items", "items", "/transfers/{id}/items"),
            ("transfer_items", "items", "/transfer/{id}/items"),
            ("get_file_by_id", "files", "/files/{id}/details"),
            ("create_thing_note", "things", "/"),
            ("ping", "customers", "/ping"),
            ("customers", "customers", "/customers"),
            ("list_shop_customers", "shop_orders", "/shop"),
            ("bulk_items", "items", "/items"),
            ("list_and_items", "items", "/items"),
        ] {
            assert_eq!(method(id, group, path), id, "{group} {path}");
        }
    }

    #[test]
    fn a_group_at_the_start_is_cut_where_group_and_method_read_like_the_id() {
        assert_eq!(
            method("repos/get-content", "repos", "/repos/{r}/contents/{p}"),
            "get_content"
        );
        assert_eq!(
            method("admin.apps.approve", "admin.apps", "/admin.apps.approve"),
            "approve"
        );
        assert_eq!(method("Orders_Place", "Orders", "/api/orders"), "place");
        assert_eq!(method("Order_Recent", "Orders", "/api/orders/recent"), "recent");
        assert_eq!(method("Orders.Order.ListOrder", "Orders", "/Orders"), "list");
        assert_eq!(method("Orders.Order.GetOrder", "Orders", "/Orders({OrderID})"), "get");
        assert_eq!(method("Orders.GetCount", "Orders", "/Orders/$count"), "get_count");
        assert_eq!(method("amendPayment", "payments", "/payments/{id}"), "amend");
        assert_eq!(method("users_active", "users", "/users"), "users_active");
        assert_eq!(method("Users_active_now", "users", "/x"), "users_active_now");
        assert_eq!(
            method("v1.endpoint.list", "Endpoint", "/api/v1/app/{id}/endpoint"),
            "list"
        );
        assert_eq!(
            method("v1.management.endpoint.list", "Endpoint", "/endpoint"),
            "v1_management_endpoint_list"
        );
        assert_eq!(
            method("droplets_list_kernels", "droplets", "/droplets/{id}/kernels"),
            "list_kernels"
        );
        assert_eq!(
            method("ProductVariantAdd", "product", "/product.variant.add.json"),
            "variant_add"
        );
        assert_eq!(method("CategoryInfo", "category", "/category.info.json"), "info");
        assert_eq!(method("tagHost", "tags", "/hosts/{id}/tags"), "tag_host");
        assert_eq!(method("complexTypes", "complex", "/complex"), "complex_types");
    }

    #[test]
    fn a_group_at_the_end_is_cut_with_its_preposition() {
        for (id, group, path, short) in [
            ("GetNumberOfOrders", "orders", "/orders/count", "get_number"),
            ("getPageOfOrderGroups", "order groups", "/ordergroups/paged", "get_page"),
            (
                "add_funds_to_an_account",
                "accounts",
                "/accounts/{id}/funds",
                "add_funds",
            ),
            (
                "list_actions_for_server",
                "servers",
                "/servers/{id}/actions",
                "list_actions",
            ),
            (
                "list_actions_for_server",
                "servers",
                "/messages",
                "list_actions_for_server",
            ),
            (
                "registry_list_tags",
                "container registry",
                "/registry/{id}/tags",
                "list_tags",
            ),
        ] {
            assert_eq!(method(id, group, path), short);
        }
    }

    #[test]
    fn a_path_of_another_notation_still_has_its_resource() {
        assert_eq!(method("getOrderItems", "orders", "/Orders({id})/Items"), "get_items");
        assert_eq!(
            method("getOrderItems", "orders", "/v1/orders/{id}/items:batchGet?x=1"),
            "get_items"
        );
        assert_eq!(method("getOrder", "orders", "/orders/{id}.json"), "get");
        assert_eq!(
            method("watchAppsV1Job", "apps_v1", "/apps/v1/watch/jobs/{name}"),
            "watch_job"
        );
        assert_eq!(
            method("listOrderLines", "orders", "/orders/{id}/order-lines/{line}/verify"),
            "list_lines"
        );
    }
}
