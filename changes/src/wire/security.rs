//! Security: schemes and what operations demand of them. Schemes are compared by what they are, not by their names.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use sdkwright_contract::iter::exactly_one;
use sdkwright_contract::source::{Member, Node, number};

use super::finding::{Breaks, Impact, Matched, Reach, Uses};
use super::pairs::{Identities, Pairs};
use crate::contract::{Contract, Operation, is_true, items, operations, text};
use crate::shape::{canonical, pattern};

const OLD: &str = "whether the old way is still accepted is not in the documents";
const CREDENTIALS: &str =
    "clients need credentials that the base did not require; whether they have them is not in the documents";

/// One alternative: schemes with their scopes.
type Alternative = BTreeSet<String>;

fn schemes_of<'t>(contract: &Contract<'t>) -> Option<Node<'t>> {
    contract.root()?.get("components")?.get("securitySchemes")
}

/// Compares the schemes themselves, and what the root demands.
pub(super) fn schemes(pairs: &mut Pairs<'_, '_>) {
    let (base, revision) = (schemes_of(&pairs.sides[0]), schemes_of(&pairs.sides[1]));
    let demanded = demanded(&pairs.sides[0]);
    let all = || Reach::Operations(Vec::new(), Uses::SENT);
    let renamed = renamed(pairs.sides, [base, revision]);
    for member in base.into_iter().flat_map(Node::members) {
        let other = renamed.iter().find(|(old, _)| old.key == member.key);
        let other = other.map(|(_, new)| *new);
        if let Some(new) = other {
            let what = format!("calls the security scheme `{}` now `{}`", member.key, new.key);
            let found = pairs.find("security-scheme-renamed", all(), Impact::NONE, what);
            found
                .at(Some(member.value), Some(new.value))
                .values(Some(member.key.to_owned()), Some(new.key.to_owned()));
        }
        let same = || Some((member.key, revision?.get(member.key)?));
        let Some((name, other)) = other.map(|new| (new.key, new.value)).or_else(same) else {
            let what = format!("no longer has the security scheme `{}`", member.key);
            let found = pairs.find("security-scheme-removed", all(), Impact::NONE, what);
            found.at(Some(member.value), None);
            continue;
        };
        let nodes = [pairs.sides[0].follow(member.value), pairs.sides[1].follow(other)];
        scheme(pairs, name, nodes, demanded.contains(member.key));
    }
    for member in revision.into_iter().flat_map(Node::members) {
        let is_renamed = renamed.iter().any(|(_, new)| new.key == member.key);
        if !is_renamed && base.and_then(|schemes| schemes.get(member.key)).is_none() {
            let what = format!("has the new security scheme `{}`", member.key);
            let found = pairs.find("security-scheme-added", all(), Impact::NONE, what);
            found.at(None, Some(member.value));
        }
    }
    let roots = (pairs.sides[0].root(), pairs.sides[1].root());
    let says = |root: Node<'_>| root.get("security").is_some();
    if let (Some(old), Some(new)) = roots {
        let heirs = std::mem::take(&mut pairs.heirs);
        let all = heirs.len() == pairs.operations.len();
        let (heirs, uses) = match heirs.len() {
            _ if all => (Vec::new(), Uses::SENT),
            // Each operation names its own.
            0 if says(old) && says(new) => (Vec::new(), Uses::NONE),
            0 => return,
            _ => (heirs, Uses::SENT),
        };
        demands(pairs, Reach::Operations(heirs, uses), [old, new]);
    }
}

/// Returns the schemes with another name: of the same words, or else sent in the same way. Two of a kind do not tell
/// which is which.
fn renamed<'t>(sides: &[Contract<'t>; 2], schemes: [Option<Node<'t>>; 2]) -> Vec<(Member<'t>, Member<'t>)> {
    let only = |side: usize| -> Vec<Member<'t>> {
        let members = schemes[side].into_iter().flat_map(Node::members);
        let is_new = |member: &Member<'t>| schemes[1 - side].and_then(|other| other.get(member.key)).is_none();
        members.filter(is_new).collect()
    };
    let by_words =
        |one: &Member<'t>, other: &Member<'t>| content(&sides[0], one.value) == content(&sides[1], other.value);
    let by_way = |one: &Member<'t>, other: &Member<'t>| way(&sides[0], one.value) == way(&sides[1], other.value);
    paired(only(0), only(1), &[&by_words, &by_way])
}

/// Decides whether two schemes are one.
type Sameness<'a, 't> = &'a dyn Fn(&Member<'t>, &Member<'t>) -> bool;

/// Returns the schemes of both sides that are one by a rule and by no other scheme: the first rule decides first.
fn paired<'t>(
    mut old: Vec<Member<'t>>,
    mut new: Vec<Member<'t>>,
    rules: &[Sameness<'_, 't>],
) -> Vec<(Member<'t>, Member<'t>)> {
    let mut pairs = Vec::new();
    for is_same in rules {
        let alone = old.iter().filter_map(|one| {
            let other = exactly_one(new.iter().filter(|other| is_same(one, other)))?;
            let is_only = old.iter().filter(|one| is_same(one, other)).count() == 1;
            is_only.then_some((*one, *other))
        });
        let found: Vec<_> = alone.collect();
        old.retain(|one| found.iter().all(|(known, _)| known.key != one.key));
        new.retain(|one| found.iter().all(|(_, known)| known.key != one.key));
        pairs.extend(found);
    }
    pairs
}

/// Returns the words of a scheme without its description.
fn content<'t>(contract: &Contract<'t>, scheme: Node<'t>) -> String {
    let words = contract.follow(scheme).members();
    let words = words.filter(|member| member.key != "description");
    let words = words.map(|member| format!("{}: {}", member.key, canonical(member.value, false)));
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.join("\n")
}

/// Returns the names of the schemes that an operation can be called with.
fn demanded<'t>(contract: &Contract<'t>) -> BTreeSet<&'t str> {
    let paths = contract.root().and_then(|root| root.get("paths"));
    let all = paths.map(|paths| operations(contract, paths)).unwrap_or_default();
    let is_heir = |operation: &Operation<'t>| operation.node.get("security").is_none();
    let root = contract.root().filter(|_| all.iter().any(is_heir));
    let nodes = all.iter().map(|operation| operation.node).chain(root);
    let requirements = nodes.flat_map(|node| items(node, "security"));
    requirements.flat_map(Node::members).map(|member| member.key).collect()
}

/// Extensions and fields of a scheme, each with the id of a change, its effect on who sends credentials, and its sentence.
const WORDS: [(&str, &str, Breaks, &str); 9] = [
    (
        "type",
        "security-scheme-type-changed",
        Breaks::Maybe,
        "is of another type",
    ),
    ("in", "api-key-moved", Breaks::Yes, "takes its key in another place"),
    (
        "name",
        "api-key-renamed",
        Breaks::Yes,
        "takes its key under another name",
    ),
    (
        "scheme",
        "security-scheme-changed",
        Breaks::Yes,
        "requires another scheme of HTTP",
    ),
    (
        "bearerFormat",
        "bearer-format-changed",
        Breaks::Maybe,
        "has another format of its token",
    ),
    (
        "openIdConnectUrl",
        "openid-url-changed",
        Breaks::Maybe,
        "is discovered at another URL",
    ),
    ("x-signing", "signing-changed", Breaks::Yes, "signs in another way"),
    (
        "oauth2MetadataUrl",
        "oauth-metadata-changed",
        Breaks::Maybe,
        "has its metadata at another URL",
    ),
    (
        "deprecated",
        "security-scheme-deprecation-changed",
        Breaks::No,
        "is deprecated in only one of the versions",
    ),
];

/// Compares two versions of a scheme. One that no operation demands breaks nobody.
fn scheme<'t>(pairs: &mut Pairs<'_, 't>, name: &str, [old, new]: [Node<'t>; 2], is_used: bool) {
    flows(pairs, name, old, new);
    // HTTP reads names of schemes and of headers in any case.
    let is_header = [old, new].iter().all(|scheme| text(*scheme, "in") == Some("header"));
    let said = |scheme: Node<'t>, word: &str| {
        let node = scheme.get(word)?;
        match word {
            "in" | "name" if text(scheme, "type") != Some("apiKey") => None,
            "name" if !is_header => Some(canonical(node, false)),
            "scheme" | "name" => Some(canonical(node, false).to_ascii_lowercase()),
            "x-signing" => Some(signing_words(node)),
            "deprecated" => is_true(scheme, word).then(String::new),
            _ => Some(canonical(node, false)),
        }
    };
    // A scheme of another type has other fields as well: the type says it all.
    let is_other = text(old, "type") != text(new, "type");
    let words = WORDS.iter().take(if is_other { 1 } else { WORDS.len() });
    for (word, id, breaks, what) in words.filter(|(word, ..)| said(old, word) != said(new, word)) {
        let nodes = [old.get(word), new.get(word)];
        let effect = match *word {
            "x-signing" => signing_effect(nodes),
            _ if is_used => Impact::new(*breaks, Breaks::No),
            _ => Impact::NONE,
        };
        let what = format!("has the security scheme `{name}`, which {what}");
        let [before, after] = nodes.map(|node| node.and_then(Node::text).map(str::to_owned));
        let found = pairs.find(id, Reach::Operations(Vec::new(), Uses::SENT), effect, what);
        let found = found.at(nodes[0].or(Some(old)), nodes[1].or(Some(new)));
        found.values(before, after).because(OLD);
    }
}

/// Addresses of a flow.
const URLS: [&str; 4] = ["authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"];

/// Compares the flows of OAuth of two versions of a scheme.
fn flows<'t>(pairs: &mut Pairs<'_, 't>, name: &str, old: Node<'t>, new: Node<'t>) {
    let (Some(before), Some(after)) = (old.get("flows"), new.get("flows")) else {
        return;
    };
    let mut find = |id, effect, what: String, nodes: (Option<Node<'t>>, Option<Node<'t>>)| {
        let what = format!("has the security scheme `{name}`, which {what}");
        let found = pairs.find(id, Reach::Operations(Vec::new(), Uses::SENT), effect, what);
        found.at(nodes.0, nodes.1).because(OLD);
    };
    let unsure = Impact::new(Breaks::Maybe, Breaks::No);
    for flow in before.members() {
        let key = flow.key;
        let Some(other) = after.get(key) else {
            let what = format!("no longer has the flow `{key}`");
            find("oauth-flow-removed", unsure, what, (Some(flow.value), None));
            continue;
        };
        for word in URLS {
            let nodes = (flow.value.get(word), other.get(word));
            let texts = (nodes.0.and_then(Node::text), nodes.1.and_then(Node::text));
            if texts.0 != texts.1 {
                let effect = if texts.0.is_some() { unsure } else { Impact::NONE };
                let what = format!("has another `{word}` in its flow `{key}`");
                let nodes = (nodes.0.or(Some(flow.value)), nodes.1.or(Some(other)));
                find("oauth-url-changed", effect, what, nodes);
            }
        }
        let scopes = |flow: Node<'t>| flow.get("scopes").into_iter().flat_map(Node::members);
        for scope in scopes(flow.value) {
            let Some(known) = scopes(other).find(|known| known.key == scope.key) else {
                let what = format!("no longer has the scope `{}` in its flow `{key}`", scope.key);
                find("oauth-scope-removed", unsure, what, (Some(scope.value), None));
                continue;
            };
            // People agree to these words.
            if scope.value.text() != known.value.text() {
                let what = format!(
                    "has another description of the scope `{}` in its flow `{key}`",
                    scope.key
                );
                let nodes = (Some(scope.value), Some(known.value));
                find("oauth-scope-changed", Impact::NONE, what, nodes);
            }
        }
        for scope in scopes(other) {
            if !scopes(flow.value).any(|known| known.key == scope.key) {
                let what = format!("has the new scope `{}` in its flow `{key}`", scope.key);
                find("oauth-scope-added", Impact::NONE, what, (None, Some(scope.value)));
            }
        }
    }
    for flow in after.members() {
        if before.get(flow.key).is_none() {
            let what = format!("has the new flow `{}`", flow.key);
            find("oauth-flow-added", Impact::NONE, what, (None, Some(flow.value)));
        }
    }
}

/// Compares what an operation demands itself.
pub(super) fn compare<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>) {
    let (old, new) = (matched.base.node, matched.revision.node);
    if old.get("security").is_none() && new.get("security").is_none() {
        return pairs.heirs.push(matched.number);
    }
    demands(pairs, matched.sends(), [old, new]);
}

/// Compares two lists of requirements.
fn demands<'t>(pairs: &mut Pairs<'_, 't>, reach: Reach, [old, new]: [Node<'t>; 2]) {
    let (before, after) = (alternatives(pairs, old, 0), alternatives(pairs, new, 1));
    if before == after {
        return;
    }
    // An old way in still works if a new alternative asks for no more.
    let works = |one: &Alternative| after.iter().any(|other| other.is_subset(one));
    let is_stricter = !before.iter().all(works);
    let (id, effect, what) = if is_stricter {
        ("security-stricter", Impact::NARROWED, "requires other credentials")
    } else if after.iter().all(Alternative::is_empty) {
        ("security-relaxed", Impact::NONE, "requires no credentials any more")
    } else {
        ("security-relaxed", Impact::NONE, "accepts other credentials too")
    };
    let list = |alternatives: &BTreeSet<Alternative>| {
        let told = |one: &Alternative| {
            if one.is_empty() {
                "none".to_owned()
            } else {
                one.iter().cloned().collect::<Vec<_>>().join(" and ")
            }
        };
        alternatives.iter().map(told).collect::<Vec<_>>().join(", or ")
    };
    let found = pairs.find(id, reach, effect, what);
    found
        .at(old.get("security").or(Some(old)), new.get("security").or(Some(new)))
        .values(Some(list(&before)), Some(list(&after)))
        .because(CREDENTIALS);
}

/// Returns what a node demands, else the root.
fn alternatives(pairs: &Pairs<'_, '_>, node: Node<'_>, side: usize) -> BTreeSet<Alternative> {
    let contract = &pairs.sides[side];
    let root = contract.root().and_then(|root| root.get("security"));
    let list = node.get("security").or(root);
    let mut found: BTreeSet<Alternative> = BTreeSet::new();
    for requirement in list.into_iter().flat_map(Node::items) {
        let mut one = Alternative::new();
        for member in requirement.members() {
            let known = pairs.schemes[side].get(member.key);
            let name = known.map_or_else(|| format!("the undefined {}", member.key), Clone::clone);
            let scopes = member.value.items().filter_map(Node::as_str);
            one.extend(scopes.map(|scope| format!("{name}:{scope}")));
            one.insert(name);
        }
        found.insert(one);
    }
    if found.is_empty() {
        found.insert(Alternative::new());
    }
    found
}

/// Returns how a scheme is sent: equal for schemes that need credentials in the same place.
fn way<'t>(contract: &Contract<'t>, scheme: Node<'t>) -> String {
    let followed = contract.follow(scheme);
    let words = ["type", "in", "name", "scheme"].iter();
    match text(followed, "type") {
        Some("apiKey" | "http") => {
            let words = words.filter_map(|word| text(followed, word));
            words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(" ")
        }
        _ => content(contract, scheme),
    }
}

/// Returns the identities of the schemes of both sides. A scheme is the one of its name that is sent in the same way, or else
/// the only one of the same words, or of the same way. Two of one way can belong to different users: names tell them apart.
pub(super) fn identities<'t>(sides: &[Contract<'t>; 2]) -> [Identities; 2] {
    let schemes =
        |side: usize| -> Vec<Member<'t>> { schemes_of(&sides[side]).into_iter().flat_map(Node::members).collect() };
    let (base, revision) = (schemes(0), schemes(1));
    let kind = |side: usize, member: &Member<'t>| {
        let scheme = sides[side].follow(member.value);
        match text(scheme, "type") {
            Some("apiKey" | "http") | None => way(&sides[side], scheme),
            Some(other) => other.to_owned(),
        }
    };
    let by_name = |one: &Member<'t>, other: &Member<'t>| one.key == other.key && kind(0, one) == kind(1, other);
    let by_words =
        |one: &Member<'t>, other: &Member<'t>| content(&sides[0], one.value) == content(&sides[1], other.value);
    let by_way = |one: &Member<'t>, other: &Member<'t>| way(&sides[0], one.value) == way(&sides[1], other.value);
    let found = paired(base.clone(), revision.clone(), &[&by_name, &by_words, &by_way]);
    let pairs: BTreeMap<&str, &str> = found.iter().map(|(old, new)| (new.key, old.key)).collect();
    // The way alone is the identity of a scheme that is the only one of it.
    let ways = |side: usize, members: &[Member<'t>]| -> Vec<String> {
        members.iter().map(|member| way(&sides[side], member.value)).collect()
    };
    let is_shared = [ways(0, &base), ways(1, &revision)].concat();
    let identity = |side: usize, member: &Member<'t>, name: &str, is_paired: bool| {
        let way = way(&sides[side], member.value);
        let is_named = !matches!(text(sides[side].follow(member.value), "type"), Some("apiKey" | "http"));
        let others = is_shared.iter().filter(|other| **other == way).count();
        match (is_named, others > if is_paired { 2 } else { 1 }) {
            (true, _) => name.to_owned(),
            (false, true) => format!("{way} `{name}`"),
            (false, false) => way,
        }
    };
    let old = base.iter().map(|member| {
        let is_paired = pairs.values().any(|name| *name == member.key);
        (member.key.to_owned(), identity(0, member, member.key, is_paired))
    });
    let new = revision.iter().map(|member| match pairs.get(member.key) {
        Some(name) => (member.key.to_owned(), identity(1, member, name, true)),
        None => (member.key.to_owned(), identity(1, member, member.key, false)),
    });
    [old.collect(), new.collect()]
}

/// Returns the words of a signature as text that is equal where requests are signed in the same way.
fn signing_words(signing: Node<'_>) -> String {
    let words = signing.members();
    let words = words.map(|one| format!("{}: {}", one.key, signing_word(one.key, one.value)));
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.join("\n")
}

/// Returns one word: names of headers in lower case, as HTTP reads them, and a pattern by its characters.
fn signing_word(key: &str, node: Node<'_>) -> String {
    let named = |read: &dyn Fn(&str, Node<'_>) -> String| {
        let members = node
            .members()
            .map(|member| (member.key, read(member.key, member.value)));
        let mut members: Vec<_> = members.collect();
        members.sort();
        format!("{members:?}")
    };
    match key {
        "headers" => named(&|_, header| canonical(header, false).to_ascii_lowercase()),
        "nonce" => named(&|key, limit| match limit.as_str() {
            Some(text) if key == "pattern" => pattern(text),
            _ => canonical(limit, false),
        }),
        _ => canonical(node, false),
    }
}

/// Returns the effect of another `x-signing`: its words, without the codes of refusals and what permits more.
fn signing_effect([old, new]: [Option<Node<'_>>; 2]) -> Impact {
    let known = |node: Option<Node<'_>>, key: &str| Some(signing_word(key, node?.get(key)?));
    let words = old.into_iter().chain(new).flat_map(Node::members);
    let is_harmless = |word: &str| match word {
        "problems" | "x-documented" | "description" => true,
        "freshness" => {
            let [old, new] = [old, new].map(|node| node?.get(word)?.text());
            old.zip(new)
                .is_some_and(|(old, new)| number::compare(old, new) == Some(Ordering::Less))
        }
        _ => false,
    };
    let is_same = old.is_some() && new.is_some();
    let mut other = words.filter(|member| known(old, member.key) != known(new, member.key));
    if is_same && other.all(|member| is_harmless(member.key)) {
        Impact::NONE
    } else {
        Impact::NARROWED
    }
}
