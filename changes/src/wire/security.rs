//! Security: schemes and what operations demand of them. Schemes are compared by what they are, not by their names.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use sdkwright_codegen::source::{Node, number};

use super::finding::{Breaks, Effect, Finding, Reach, Uses};
use super::operations::Matched;
use super::walk::Walk;
use crate::contract::{Contract, Operation, items, operations, text};
use crate::shape::canonical;

const OLD: &str = "whether the old way is still accepted is not in the documents";
const CREDENTIALS: &str =
    "clients need credentials that the base did not demand; whether they have them is not in the documents";

/// One alternative: schemes with their scopes.
type Alternative = BTreeSet<String>;

fn schemes_of<'t>(contract: &Contract<'t>) -> Option<Node<'t>> {
    contract.root()?.get("components")?.get("securitySchemes")
}

/// Compares the schemes themselves, and what the root demands.
pub(super) fn schemes(walk: &mut Walk<'_, '_>) {
    let (base, revision) = (schemes_of(&walk.sides[0]), schemes_of(&walk.sides[1]));
    let of_root = Demanded::of(&walk.sides[0]);
    let all = || Reach::Operations(Vec::new(), Uses::SENT);
    for member in base.into_iter().flat_map(Node::members) {
        let Some(other) = revision.and_then(|schemes| schemes.get(member.key)) else {
            let what = format!("no longer has the security scheme `{}`", member.key);
            let finding = Finding::new("security-scheme-removed", all(), Effect::NONE, what);
            walk.findings.push(finding.at(Some(member.value), None));
            continue;
        };
        let (old, new) = (walk.sides[0].follow(member.value), walk.sides[1].follow(other));
        scheme(walk, member.key, (old, new), of_root.schemes.contains(member.key));
    }
    for member in revision.into_iter().flat_map(Node::members) {
        if base.and_then(|schemes| schemes.get(member.key)).is_none() {
            let what = format!("has the new security scheme `{}`", member.key);
            let finding = Finding::new("security-scheme-added", all(), Effect::NONE, what);
            walk.findings.push(finding.at(None, Some(member.value)));
        }
    }
    let roots = (walk.sides[0].root(), walk.sides[1].root());
    if let (Some(old), Some(new)) = roots {
        let named = |name: &String| of_root.heirs.contains(name);
        let heirs: Vec<usize> = (0..walk.operations.len())
            .filter(|at| named(&walk.operations[*at]))
            .collect();
        let all = heirs.len() == walk.operations.len();
        let (heirs, uses) = match heirs.len() {
            _ if all => (Vec::new(), Uses::SENT),
            // Each operation names its own.
            0 => (Vec::new(), Uses::NONE),
            _ => (heirs, Uses::SENT),
        };
        demands(walk, Reach::Operations(heirs, uses), (old, 0), (new, 1));
    }
}

/// Credentials that operations demand.
struct Demanded<'t> {
    /// Names of schemes that an operation can be called with.
    schemes: BTreeSet<&'t str>,
    /// Operations that demand what the root does.
    heirs: BTreeSet<String>,
}

impl<'t> Demanded<'t> {
    fn of(contract: &Contract<'t>) -> Self {
        let paths = contract.root().and_then(|root| root.get("paths"));
        let all = paths.map(|paths| operations(contract, paths)).unwrap_or_default();
        let is_heir = |operation: &&Operation<'t>| operation.node.get("security").is_none();
        let heirs: BTreeSet<String> = all
            .iter()
            .filter(is_heir)
            .map(|operation| operation.name.clone())
            .collect();
        let root = contract.root().filter(|_| !heirs.is_empty());
        let nodes = all.iter().map(|operation| operation.node).chain(root);
        let requirements = nodes.flat_map(|node| items(node, "security"));
        let schemes = requirements.flat_map(Node::members).map(|member| member.key);
        Self {
            schemes: schemes.collect(),
            heirs,
        }
    }
}

/// Compares two versions of a scheme. One that no operation demands breaks nobody.
fn scheme<'t>(walk: &mut Walk<'_, 't>, name: &str, (old, new): (Node<'t>, Node<'t>), is_used: bool) {
    flows(walk, name, old, new);
    let sent = |sent| Effect::new(sent, Breaks::No);
    let rules: [(&'static str, &str, Effect, &str); 8] = [
        (
            "security-scheme-type-changed",
            "type",
            sent(Breaks::Maybe),
            "is of another type",
        ),
        (
            "api-key-moved",
            "in",
            sent(Breaks::Yes),
            "takes its key in another place",
        ),
        (
            "api-key-renamed",
            "name",
            sent(Breaks::Yes),
            "takes its key under another name",
        ),
        (
            "security-scheme-changed",
            "scheme",
            sent(Breaks::Yes),
            "demands another scheme of HTTP",
        ),
        (
            "bearer-format-changed",
            "bearerFormat",
            sent(Breaks::Maybe),
            "has another format of its token",
        ),
        (
            "openid-url-changed",
            "openIdConnectUrl",
            sent(Breaks::Maybe),
            "is discovered at another URL",
        ),
        (
            "signing-changed",
            "x-signing",
            sent(Breaks::Yes),
            "signs in another way",
        ),
        (
            "oauth-metadata-changed",
            "oauth2MetadataUrl",
            sent(Breaks::Maybe),
            "has its metadata at another URL",
        ),
    ];
    let is_key = |node: Node<'_>| text(node, "type") == Some("apiKey");
    let is_other = text(old, "type") != text(new, "type");
    // A scheme of another type has other fields as well: the type says it all.
    let rules = rules.into_iter().take(if is_other { 1 } else { usize::MAX });
    for (id, word, effect, what) in rules {
        let nodes = (old.get(word), new.get(word));
        let json = |node: Option<Node<'_>>| node.map(|node| canonical(node, false));
        if json(nodes.0) == json(nodes.1) || (["in", "name"].contains(&word) && !(is_key(old) && is_key(new))) {
            continue;
        }
        let is_case = |one: Option<Node<'_>>, other: Option<Node<'_>>| {
            one.and_then(Node::text).map(str::to_ascii_lowercase)
                == other.and_then(Node::text).map(str::to_ascii_lowercase)
        };
        // HTTP reads names of schemes and of headers in any case.
        let is_header = text(old, "in") == Some("header") && text(new, "in") == Some("header");
        if (word == "scheme" || (word == "name" && is_header)) && is_case(nodes.0, nodes.1) {
            continue;
        }
        let effect = if is_used { effect } else { Effect::NONE };
        let effect = if word == "x-signing" { signed(nodes) } else { effect };
        let plain = |node: Option<Node<'_>>| node.and_then(Node::text).map(str::to_owned);
        let what = format!("has the security scheme `{name}`, which {what}");
        let finding = Finding::new(id, Reach::Operations(Vec::new(), Uses::SENT), effect, what)
            .at(nodes.0.or(Some(old)), nodes.1.or(Some(new)))
            .values(plain(nodes.0), plain(nodes.1))
            .because(OLD);
        walk.findings.push(finding);
    }
}

/// Addresses of a flow.
const URLS: [&str; 4] = ["authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"];

/// Compares the flows of OAuth of two versions of a scheme.
fn flows<'t>(walk: &mut Walk<'_, 't>, name: &str, old: Node<'t>, new: Node<'t>) {
    let (Some(before), Some(after)) = (old.get("flows"), new.get("flows")) else {
        return;
    };
    let mut find = |id, effect, what: String, nodes: (Option<Node<'t>>, Option<Node<'t>>)| {
        let what = format!("has the security scheme `{name}`, which {what}");
        let finding = Finding::new(id, Reach::Operations(Vec::new(), Uses::SENT), effect, what);
        walk.findings.push(finding.at(nodes.0, nodes.1).because(OLD));
    };
    let unsure = Effect::new(Breaks::Maybe, Breaks::No);
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
                let effect = if texts.0.is_some() { unsure } else { Effect::NONE };
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
                let what = format!("says something else of the scope `{}` in its flow `{key}`", scope.key);
                let nodes = (Some(scope.value), Some(known.value));
                find("oauth-scope-changed", Effect::NONE, what, nodes);
            }
        }
        for scope in scopes(other) {
            if !scopes(flow.value).any(|known| known.key == scope.key) {
                let what = format!("has the new scope `{}` in its flow `{key}`", scope.key);
                find("oauth-scope-added", Effect::NONE, what, (None, Some(scope.value)));
            }
        }
    }
    for flow in after.members() {
        if before.get(flow.key).is_none() {
            let what = format!("has the new flow `{}`", flow.key);
            find("oauth-flow-added", Effect::NONE, what, (None, Some(flow.value)));
        }
    }
}

/// Returns the effect of another `x-signing`: its words, without the codes of refusals and what permits more.
fn signed((old, new): (Option<Node<'_>>, Option<Node<'_>>)) -> Effect {
    let known = |node: Option<Node<'_>>, word: &str| node?.get(word).map(|node| canonical(node, false));
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
        Effect::NONE
    } else {
        Effect::new(Breaks::Yes, Breaks::No)
    }
}

/// Compares what an operation demands itself.
pub(super) fn compare<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>) {
    let (old, new) = (matched.base.node, matched.revision.node);
    if old.get("security").is_none() && new.get("security").is_none() {
        return;
    }
    demands(walk, matched.sends(), (old, 0), (new, 1));
}

/// Compares two lists of requirements.
fn demands<'t>(walk: &mut Walk<'_, 't>, reach: Reach, old: (Node<'t>, usize), new: (Node<'t>, usize)) {
    let (before, after) = (alternatives(walk, old), alternatives(walk, new));
    if before == after {
        return;
    }
    // An old way in still works if a new alternative asks for no more.
    let works = |one: &Alternative| after.iter().any(|other| other.is_subset(one));
    let is_stricter = !before.iter().all(works);
    let (id, effect, what) = if is_stricter {
        (
            "security-stricter",
            Effect::new(Breaks::Maybe, Breaks::No),
            "demands other credentials",
        )
    } else {
        ("security-relaxed", Effect::NONE, "accepts other credentials too")
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
    let finding = Finding::new(id, reach, effect, what)
        .at(
            old.0.get("security").or(Some(old.0)),
            new.0.get("security").or(Some(new.0)),
        )
        .values(Some(list(&before)), Some(list(&after)))
        .because(CREDENTIALS);
    walk.findings.push(finding);
}

/// Returns what a node demands, else the root.
fn alternatives(walk: &Walk<'_, '_>, (node, side): (Node<'_>, usize)) -> BTreeSet<Alternative> {
    let contract = &walk.sides[side];
    let root = contract.root().and_then(|root| root.get("security"));
    let list = node.get("security").or(root);
    let mut found: BTreeSet<Alternative> = BTreeSet::new();
    for requirement in list.into_iter().flat_map(Node::items) {
        let mut one = Alternative::new();
        for member in requirement.members() {
            let name = identity(contract, member.key);
            one.extend(
                member
                    .value
                    .items()
                    .filter_map(Node::as_str)
                    .map(|scope| format!("{name}:{scope}")),
            );
            one.insert(name);
        }
        found.insert(one);
    }
    if found.is_empty() {
        found.insert(Alternative::new());
    }
    found
}

/// Returns what tells a scheme from others, whatever its name.
fn identity(contract: &Contract<'_>, name: &str) -> String {
    let scheme = schemes_of(contract)
        .and_then(|schemes| schemes.get(name))
        .map(|scheme| contract.follow(scheme));
    let words = ["type", "in", "name", "scheme"];
    let words = words.iter().filter_map(|word| text(scheme?, word));
    let words = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(" ");
    match scheme {
        Some(scheme) if ["apiKey", "http"].contains(&text(scheme, "type").unwrap_or_default()) => words,
        _ => name.to_owned(),
    }
}
