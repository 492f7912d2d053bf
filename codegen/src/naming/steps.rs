//! Steps of a path, and the terms in them.
//!
//! In: the pieces of a path. Out: its steps without versions; forms of nouns and verbs; an id that is the path; whether the response is
//! a list or one of the items of the path, and whether the request is a patch.

use std::cell::OnceCell;
use std::collections::HashSet;

use sdkwright_contract::ir::{self, Method, PathPiece};
use sdkwright_contract::recognise::success_json;
use sdkwright_contract::words::{Case, Words, same_noun};

use super::shorten::{is_preposition, is_version, without_digit, without_extension};
use super::verbs::{READS, is_verb, singular_of};
use crate::limits;

/// A step of a path.
#[derive(Debug)]
pub(super) enum Segment {
    Literal(Vec<String>),
    Parameter(Vec<String>),
}

impl Segment {
    pub(super) fn words(&self) -> &[String] {
        match self {
            Self::Literal(words) | Self::Parameter(words) => words,
        }
    }

    pub(super) fn literal(&self) -> Option<&[String]> {
        match self {
            Self::Literal(words) => Some(words),
            Self::Parameter(_) => None,
        }
    }
}

pub(super) fn each(text: &str) -> Vec<String> {
    Words::new(text).each().map(str::to_owned).collect()
}

/// Returns true for an operation without an id, or with one that is its path without signs (`v1reportsscores` of
/// `/v1/reports/scores`), its request method, the verb of one with a number, or a sentence: `Post`, `delete_2`, `Gets the
/// details of an employee for the year`. The id of OData with a digest is none either.
pub(super) fn has_no_id(operation: &ir::Operation) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric() || *c == '_');
        letters.flat_map(char::to_lowercase).collect()
    };
    let is_joined = !operation.called.contains(|c: char| c.is_uppercase());
    let is_long = operation.path.matches('/').count() > 1;
    let called = operation.called.to_ascii_lowercase();
    let number = called
        .rsplit_once('_')
        .filter(|(_, number)| number.bytes().all(|c| c.is_ascii_digit()));
    let is_verb = match number {
        Some((verb, _)) => matches!(
            verb,
            "create" | "delete" | "get" | "list" | "patch" | "post" | "put" | "update"
        ),
        None => matches!(&*called, "patch" | "post" | "put"),
    };
    let is_sentence = operation.called.split(' ').count() > limits::READABLE_WORDS;
    // `statusesretweetid` of `/statuses/retweet/{id}.json`
    let is_word = operation.called.chars().all(char::is_alphanumeric);
    let path = if is_word {
        without_extension(&operation.path)
    } else {
        &operation.path
    };
    !operation.id_given
        || without_digest(operation).is_some() && !operation.path.ends_with(')')
        || is_verb
        || is_sentence
        || verb_of_class(operation).is_some()
        || is_joined && is_long && plain(&operation.called) == plain(path)
}

/// Returns true for an id that is its request method and its whole path: `getV3ProjectsIdBuilds` of `/v3/projects/{id}/builds`.
pub(super) fn is_place(operation: &ir::Operation) -> bool {
    let place = operation.method.token().chars().chain(operation.path.chars());
    let letters = |c: char| Some(c.to_ascii_lowercase()).filter(char::is_ascii_alphanumeric);
    let is_long = operation.path.contains('{') || operation.path.matches('/').count() > 2;
    is_long
        && place
            .filter_map(letters)
            .eq(operation.called.chars().filter_map(letters))
}

/// Returns an id without the digest that tells it from the same id of another path: `Get.Count.members-2cac` of `/members/$count`.
pub(super) fn without_digest(operation: &ir::Operation) -> Option<&str> {
    let (called, end) = operation.called.rsplit_once('-')?;
    let is_digest = end.len() == 4 && end.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    let last = operation.path.rsplit('/').next()?;
    // `/members/microsoft.graph.user` ends in the last term of its id.
    let (_, action) = called.rsplit_once('.')?;
    let is_typed = last.rsplit_once('.').is_some_and(|(_, name)| name == action);
    (is_digest && (is_typed || last.contains(['$', '(']))).then_some(called)
}

/// Returns the function of an id that is its class with a version, itself and the request method: `CartManagementV1PlaceOrderPut`.
pub(super) fn within_class(operation: &ir::Operation) -> Option<&str> {
    let token = operation.method.token();
    let (own, end) = operation
        .called
        .split_at_checked(operation.called.len().checked_sub(token.len())?)?;
    let is_upper = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase());
    let is_token = end.eq_ignore_ascii_case(token) && is_upper(end);
    let mut versions = operation
        .path
        .split('/')
        .filter(|step| step.starts_with('V') && is_version(step));
    let (class, function) = versions.find_map(|version| own.split_once(version))?;
    (is_token && is_upper(function) && class.ends_with(char::is_lowercase)).then_some(function)
}

/// Returns the verb of a function of a class that has no noun: `GetList`, `DeleteById`.
pub(super) fn verb_of_class(operation: &ir::Operation) -> Option<String> {
    let function = Words::new(within_class(operation)?);
    let is_noun = |word: &str| !matches!(word, "by" | "id" | "identifier" | "list");
    let verb = function.each().next().filter(|verb| is_verb(verb))?;
    (!function.each().skip(1).any(is_noun)).then(|| verb.to_owned())
}

/// Returns true for `all` before an id of the collection before it, unless the summary has several: `/stages/all/{stage_id}`.
fn is_one_of_all(operation: &ir::Operation) -> bool {
    let Some((before, after)) = operation.path.split_once("/all/{") else {
        return false;
    };
    let collection = each(before.rsplit('/').next().unwrap_or_default());
    let name = each(after.split('}').next().unwrap_or_default());
    let is_key = name
        .last()
        .is_some_and(|last| matches!(&**last, "id" | "slug" | "uuid"));
    let own = &name[..name.len().saturating_sub(1)];
    let is_own = own.is_empty() || same_noun(&own.concat(), &collection.concat());
    let title = Words::new(operation.text.title.as_deref().unwrap_or_default());
    is_key && is_own && !title.each().any(|word| matches!(word, "all" | "each" | "every"))
}

/// Returns the steps of a path without versions and the term `api`.
pub(super) fn steps(operation: &ir::Operation) -> Vec<Segment> {
    let mut steps = Vec::new();
    // A parameter after a dot is a format: `/entities.{format}`.
    let mut is_format = false;
    for piece in &operation.pieces {
        let text = match piece {
            PathPiece::Parameter(name) => {
                steps.extend((!is_format).then(|| Segment::Parameter(each(name))));
                is_format = false;
                continue;
            }
            PathPiece::Literal(text) => text.split('?').next().unwrap_or_default(),
        };
        is_format = text.ends_with('.');
        // `/drains/:id`
        let names = text
            .split('/')
            .filter(|name| !name.starts_with(':'))
            .map(without_extension);
        let names = names.flat_map(|name| name.split([':', '(', ')', '=', ',', '\'', '.']));
        let names = names.filter(|name| (name.contains(char::is_alphanumeric) || *name == "~") && !is_version(name));
        let words = names.map(|name| {
            // `/{name}-issues`
            let mut words = each(name.trim_matches('-'));
            // `/reviews-v1/{id}`
            while words.len() > 1 && words.last().is_some_and(|word| word.len() > 1 && is_version(word)) {
                words.pop();
            }
            apart(operation, words)
        });
        let is_resource =
            |words: &Vec<String>| !matches!(&*words.join("-"), "api" | "rest" | "api-public" | "public-api");
        steps.extend(words.filter(is_resource).map(Segment::Literal));
    }
    // `/groups/group/{id}` is one of the groups, as is `/groups/all/{id}`.
    for at in (0..steps.len()).rev() {
        match &steps[at..] {
            [Segment::Literal(many), Segment::Literal(one), rest @ ..] if many != one && singular(many) == *one => {
                let is_before_one = matches!(rest, [Segment::Parameter(_), ..]);
                steps.remove(at + usize::from(is_before_one));
            }
            [Segment::Literal(all), Segment::Parameter(_), ..]
                if at > 0 && all == &["all"] && is_one_of_all(operation) =>
            {
                steps.remove(at);
            }
            _ => {}
        }
    }
    // `/users/me/avatar` is that of a user.
    for at in 1..steps.len().saturating_sub(1) {
        let is_literal = |at: usize| steps[at].literal().is_some();
        if is_literal(at - 1) && steps[at].words() == ["me"] && is_literal(at + 1) {
            steps[at] = Segment::Parameter(each("me"));
        }
    }
    // The step `actions` may precede an action.
    let is_mark = |step: &Segment| step.literal().is_some_and(|words| words == ["actions"]);
    let last = steps.len().saturating_sub(1);
    if last > 1 && is_mark(&steps[last - 1]) && steps[last].literal().is_some() {
        steps.remove(last - 1);
    }
    steps
}

/// Verbs that may be joined to their noun in a word of lower case.
#[rustfmt::skip]
const JOINED: &[&str] = &[
    "add", "cancel", "change", "check", "clear", "close", "create", "delete", "disable", "enable", "find", "generate", "get", "list",
    "remove", "reset", "search", "send", "set", "update", "upload", "validate", "verify",
];

/// Returns terms with the verb of the last one apart, if the documentation, the tag or another step has its noun: `upload image` of
/// `/services/{id}/uploadimage`.
fn apart(operation: &ir::Operation, words: Vec<String>) -> Vec<String> {
    let is_titled = |noun: &str| {
        let title = each(operation.text.title.as_deref().unwrap_or_default());
        ["all", noun].iter().all(|word| title.iter().any(|own| own == word))
    };
    // `/positions/closeall`
    let split = |word: String| match word.strip_suffix("all") {
        Some(verb) if verb != "get" && JOINED.contains(&verb) => vec![verb.to_owned(), "all".to_owned()],
        // `/invoices/allcategories`
        _ => match word
            .strip_prefix("all")
            .filter(|noun| singular_of(noun) != **noun && is_titled(noun))
        {
            Some(noun) => vec!["all".to_owned(), noun.to_owned()],
            None => vec![word],
        },
    };
    let mut words: Vec<String> = words.into_iter().flat_map(split).collect();
    let last = words.last().map_or("", String::as_str);
    if last.len() > limits::JOINED_BYTES {
        return words;
    }
    let text = &operation.text;
    let texts = [text.title.as_ref(), text.description.as_ref(), Some(&operation.path)];
    let texts = texts.into_iter().flatten().chain(&operation.tags);
    let known = OnceCell::new();
    let is_known = |noun: &str| {
        let all = || texts.clone().flat_map(|text| each(text)).collect();
        let known: &Vec<String> = known.get_or_init(all);
        noun.len() > 3 && known.iter().any(|own| own.len() > 3 && same_noun(own, noun))
    };
    // `im messages` of `/im/chat/messages`
    let nouns = |joined: &str| {
        let cut = |at: usize| {
            joined.split_at_checked(at).filter(|(first, noun)| {
                let is_step = || operation.path.split('/').any(|step| step == *first);
                (is_known(first) || first.len() > 1 && is_step()) && is_known(noun)
            })
        };
        let whole = is_known(joined).then(|| vec![joined.to_owned()]);
        whole.or_else(|| {
            let (first, noun) = (2..joined.len()).find_map(cut)?;
            Some(vec![first.to_owned(), noun.to_owned()])
        })
    };
    let is_usual = |verb: &&&str| operation.method != ir::Method::Get || READS.contains(verb);
    let parts = JOINED.iter().filter(is_usual).find_map(|verb| {
        let after = || {
            let rest = last.strip_prefix(verb)?;
            let noun = rest.strip_prefix("all");
            let first = std::iter::once(*verb).chain(noun.map(|_| "all")).map(str::to_owned);
            Some(first.chain(nouns(noun.unwrap_or(rest))?).collect::<Vec<_>>())
        };
        // `meetingregistrantdelete`
        let before = || {
            if !matches!(*verb, "create" | "delete" | "update") {
                return None;
            }
            let nouns = nouns(last.strip_suffix(verb)?).filter(|nouns| nouns.len() > 1)?;
            Some(nouns.into_iter().chain([(*verb).to_owned()]).collect())
        };
        after().or_else(before)
    });
    if let Some(parts) = parts {
        words.pop();
        words.extend(parts);
    }
    words
}

/// Returns terms that are joined as the summary has them, from a verb on: `remove custom field` of `removecustomfield`.
fn as_in_title(operation: &ir::Operation, words: Vec<String>) -> Vec<String> {
    let title = each(operation.text.title.as_deref().unwrap_or_default());
    // `Set up` and `Check in` are one verb.
    let is_phrasal = title
        .get(1)
        .is_some_and(|next| ["back", "down", "in", "off", "on", "ons", "out", "over", "up"].contains(&&**next));
    if title.len() > limits::READABLE_WORDS || is_phrasal || !title.first().is_some_and(|first| is_verb(first)) {
        return words;
    }
    let is_word = |word: &String| word.len() > 1 && word.ends_with(char::is_alphabetic) || word == "a";
    let is_run = |run: &[String], own: &str| run.concat() == own && run.iter().all(is_word);
    let split = |word: String| {
        let own = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let mut runs = (2..=title.len()).map(|end| &title[..end]);
        let run = runs.find(|run| !is_verb(own) && is_run(run, own));
        run.map_or_else(|| vec![word.clone()], <[String]>::to_vec)
    };
    // `GetorderFormconfiguration`, `AlarmsandTimers`, but not `changeWebhookStatus`
    let has_joint = || {
        title
            .iter()
            .any(|word| !words.contains(word) && (word == "and" || is_preposition(word)))
    };
    if title.len() > words.len() && (words.first() != title.first() || has_joint()) && is_run(&title, &words.concat()) {
        return title;
    }
    words.into_iter().flat_map(split).collect()
}

/// Returns the terms of an id.
pub(super) fn joined_apart(operation: &ir::Operation, id: &str) -> Words {
    let mut words = apart(operation, as_in_title(operation, each(id)));
    // `getall-stats`
    if let Some("getall") = words.first().map(String::as_str) {
        words.splice(..1, ["get".to_owned(), "all".to_owned()]);
    }
    if let (ir::Method::Delete, Some("del")) = (operation.method, words.first().map(String::as_str)) {
        "delete".clone_into(&mut words[0]);
    }
    // `stages_all_retrieve` of `/stages/all/{id}`
    let all = words.iter().rposition(|word| word == "all").filter(|at| *at > 0);
    if let Some(at) = all.filter(|at| is_one_of_all(operation) && !is_verb(&words[at - 1])) {
        words.remove(at);
    }
    Words::of_each(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Returns the ids that two operations have with a digit at their end: `confirmOrder` of `confirmOrder1` and `confirmOrder2`.
pub(super) fn ids_with_digits(api: &ir::Api) -> HashSet<&str> {
    let mut seen = HashSet::new();
    let ids = api.operations.iter().filter_map(|one| without_digit(&one.called));
    ids.filter(|own| !seen.insert(*own)).collect()
}

/// Returns true for two noun phrases of the same terms, in singular or plural.
pub(super) fn is_run(a: &[&str], b: &[&str]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_noun(a, b))
}

/// Returns the singular of a noun phrase.
pub(super) fn singular(words: &[String]) -> Vec<String> {
    let mut words = words.to_vec();
    if let Some(last) = words.last_mut() {
        *last = singular_of(last);
    }
    words
}

/// Returns the plural of a noun that is regular, or the noun itself if it is a plural.
pub(super) fn plural_of(word: &str) -> String {
    let before = word.chars().rev().nth(1).unwrap_or_default();
    match word {
        _ if singular_of(word) != word || word.ends_with("ings") => word.to_owned(),
        _ if word.ends_with('y') && !"aeiou".contains(before) => format!("{}ies", &word[..word.len() - 1]),
        _ if ["s", "x", "ch", "sh"].iter().any(|end| word.ends_with(end)) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

/// Returns an id with the parameter at the end of its path, or with the nouns of the path that it does not have, for operations of one
/// name: `change_status_public` of `/lists/public/{id}/status`.
pub(super) fn with_place(operation: &ir::Operation, own: &Words, group: &Words) -> Vec<Words> {
    let steps = steps(operation);
    let is_said = |noun: &String| own.each().chain(group.each()).any(|word| same_noun(word, noun));
    let nouns = steps.iter().filter_map(Segment::literal).flatten();
    let nouns: Vec<&str> = nouns.filter(|noun| !is_said(noun)).map(String::as_str).collect();
    let mut long = Vec::new();
    if (1..3).contains(&nouns.len()) {
        long.push(own.clone().and(Words::of_each(&nouns)));
    }
    if let Some(Segment::Parameter(name)) = steps.last().filter(|_| !own.each().any(|word| word == "by")) {
        let name: Vec<&str> = name.iter().map(String::as_str).collect();
        long.push(own.clone().and_word("by").and(Words::of_each(&name)));
    }
    long.push(own.clone().and_word(operation.method.token()));
    long
}

/// Returns an id before its number with the nouns of the path that it does not have, after its verb, or else with the parameter at the
/// end: `get_customer_contact` of `getContact_1` and `/customers/{id}/contact`.
pub(super) fn without_duplicate(operation: &ir::Operation, own: &Words, group: &Words) -> Words {
    let steps = steps(operation);
    let spelled: String = own.each().collect();
    let is_said = |noun: &String| own.each().chain(group.each()).any(|word| same_noun(word, noun));
    let is_new = |step: &&[String]| !spelled.contains(&singular(step).concat()) && !step.iter().all(is_said);
    let last = steps.iter().rev().find_map(Segment::literal).unwrap_or_default();
    if let Some(Segment::Parameter(name)) = steps.last()
        && !is_new(&last)
    {
        return Words::join([&own.render(Case::Snake), "by", &name.join("_")]);
    }
    let words: Vec<&str> = own.each().collect();
    let (verb, object) = match &words[..] {
        ["get", "all", rest @ ..] => (Some("list"), rest),
        [verb, "all", rest @ ..] | [verb, rest @ ..] if is_verb(verb) => (Some(*verb), rest),
        rest => (None, rest),
    };
    // `deletePodcast_1` of `/podcasts/{id}/episodes/{id}`
    let is_group = is_run(object, &group.each().collect::<Vec<_>>());
    let is_many = verb == Some("list") && object.is_empty();
    let nouns = steps.iter().filter_map(Segment::literal).filter(is_new);
    let nouns: Vec<String> = nouns
        .flat_map(|step| if is_many { step.to_vec() } else { singular(step) })
        .collect();
    let nouns = nouns
        .iter()
        .map(String::as_str)
        .filter(|noun| *noun != "all" && !is_verb(noun));
    let object = object.iter().copied().filter(|_| !is_group);
    Words::of_each(&verb.into_iter().chain(nouns).chain(object).collect::<Vec<_>>())
}

/// Returns true for a `PATCH` whose body is a patch, as JSON Patch is.
pub(super) fn takes_patch(operation: &ir::Operation) -> bool {
    let forms = operation.body.as_ref().map_or(&[][..], |body| &body.forms);
    operation.method == Method::Patch
        && !forms.is_empty()
        && forms.iter().all(|form| form.media_type.contains("patch+"))
}

pub(super) fn is_array(api: &ir::Api, id: ir::TypeId) -> bool {
    matches!(api.ty(api.behind_null(id)).shape, ir::Shape::Array(_))
}

/// Returns true for an object with an array.
pub(super) fn has_array(api: &ir::Api, id: ir::TypeId) -> bool {
    match &api.ty(api.behind_null(id)).shape {
        ir::Shape::Object(object) => object.members.iter().any(|member| is_array(api, member.ty)),
        _ => false,
    }
}

/// Returns true for a plural whose response is described as one of its items: `GET /categories` with a `Category`.
pub(super) fn has_item(api: &ir::Api, operation: &ir::Operation, steps: &[Segment]) -> bool {
    let plural = steps.last().and_then(Segment::literal).unwrap_or_default();
    let item = singular(plural);
    // `RepoTag` of `/repository/tags`
    let is_item = |id: ir::TypeId| match &api.ty(api.behind_null(id)).name {
        ir::NameHint::Given(name) => {
            let name = each(name);
            name == item || is_place(operation) && name.ends_with(&item) && name.len() < item.len() + 3
        }
        _ => false,
    };
    item != plural && success_json(operation).is_some_and(is_item)
}
