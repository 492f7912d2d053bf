//! Operations: those of both sides matched, wherever a part of their path stands, and each compared.

use std::collections::{BTreeSet, HashMap};

use sdkwright_contract::source::Node;

use super::finding::{Impact, Matched, Reach, Uses};
use super::pairs::Pairs;
use super::{bodies, lifecycle, parameters, security, uses};
use crate::contract::{Operation, addresses, items, operations, text};
use crate::shape::canonical;

const OLD: &str = "whether the old address still responds is not in the documents";

/// Compares all operations.
pub(super) fn compare(pairs: &mut Pairs<'_, '_>) {
    calls(pairs);
    security::schemes(pairs);
    webhooks(pairs);
}

/// Compares the operations that clients call.
fn calls(pairs: &mut Pairs<'_, '_>) {
    let sides = pairs.sides;
    let of = |side: usize| {
        let contract = &sides[side];
        let paths = contract.root().and_then(|root| root.get("paths"));
        paths.map(|paths| operations(contract, paths)).unwrap_or_default()
    };
    let (base, revision) = (of(0), of(1));
    let mut partner: Vec<Option<usize>> = vec![None; revision.len()];
    let mut is_kept = vec![false; base.len()];
    for key in [Operation::key, Operation::whole_key] {
        let mut places: HashMap<String, usize> = HashMap::new();
        for (at, operation) in base.iter().enumerate().filter(|(at, _)| !is_kept[*at]) {
            places.entry(key(operation)).or_insert(at);
        }
        for (at, operation) in revision.iter().enumerate() {
            if partner[at].is_none()
                && let Some(found) = places.remove(&key(operation))
            {
                partner[at] = Some(found);
                is_kept[found] = true;
            }
        }
    }
    let first = pairs.operations.len();
    // Clients of the base know an operation by its path there.
    for (at, operation) in revision.iter().enumerate() {
        let known = partner[at].and_then(|at| base.get(at)).unwrap_or(operation);
        pairs.operations.push(known.name.clone());
    }
    for (at, operation) in revision.iter().enumerate() {
        let number = first + at;
        let Some(base) = partner[at].and_then(|at| base.get(at)) else {
            let reach = Reach::Operations(vec![number], Uses::SENT);
            let found = pairs.find("operation-added", reach, Impact::NONE, "is a new operation");
            found.at(None, Some(operation.node));
            continue;
        };
        let matched = Matched {
            base,
            revision: operation,
            number,
            sent: Uses::SENT,
            received: Uses::RECEIVED,
        };
        operation_pair(pairs, &matched);
    }
    for (at, operation) in base.iter().enumerate() {
        if !is_kept[at] {
            pairs.operations.push(operation.name.clone());
            let number = pairs.operations.len() - 1;
            lifecycle::removed(pairs, operation, number);
        }
    }
    servers(pairs, &base, &revision, &partner, first);
    whole(pairs);
}

/// Compares what is written at the root and breaks nobody: the name of the API, and variables and order of its servers.
fn whole(pairs: &mut Pairs<'_, '_>) {
    let (Some(base), Some(revision)) = (pairs.sides[0].root(), pairs.sides[1].root()) else {
        return;
    };
    let all = || Reach::Operations(Vec::new(), Uses::NONE);
    let titles = [base, revision].map(|root| root.get("info").and_then(|info| info.get("title")));
    let texts = titles.map(|title| title.and_then(Node::text).unwrap_or_default().to_owned());
    if texts[0] != texts[1] {
        let [old, new] = texts;
        let what = format!("is called `{new}` and was called `{old}`");
        let found = pairs.find("api-renamed", all(), Impact::NONE, what);
        found
            .at(titles[0].or(Some(base)), titles[1].or(Some(revision)))
            .values(Some(old), Some(new));
    }
    let lists = [base, revision].map(|root| root.get("servers"));
    let variables = |list: Option<Node<'_>>| -> Vec<Option<String>> {
        let servers = list.into_iter().flat_map(Node::items);
        let words = servers.map(|server| server.get("variables").map(|node| canonical(node, false)));
        words.collect()
    };
    // Other addresses are told of the operations that they concern.
    let urls = [base, revision].map(|root| addresses(root).unwrap_or_default());
    let sets = urls.each_ref().map(|all| all.iter().collect::<BTreeSet<_>>());
    let is_written_same = urls[0] == urls[1] && variables(lists[0]) == variables(lists[1]);
    if sets[0] == sets[1] && !is_written_same {
        let what = "has its servers in another order, or with other variables";
        let found = pairs.find("servers-changed", all(), Impact::NONE, what);
        found.at(lists[0].or(Some(base)), lists[1].or(Some(revision)));
    }
}

/// Compares an operation that both sides have.
fn operation_pair<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>) {
    lifecycle::compare(pairs, matched);
    labels(pairs, matched);
    parameters::compare(pairs, matched);
    bodies::request(pairs, matched);
    bodies::responses(pairs, matched);
    security::compare(pairs, matched);
    callbacks(pairs, matched);
}

/// Compares ids and tags, which programs on the wire do not see.
fn labels<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>) {
    let (base, revision) = (matched.base.node, matched.revision.node);
    let (old, new) = (text(base, "operationId"), text(revision, "operationId"));
    if old != new {
        let (id, what) = match (old, new) {
            (None, _) => ("operation-id-added", "has an `operationId` and had none"),
            (_, None) => ("operation-id-removed", "no longer has an `operationId`"),
            _ => ("operation-id-changed", "has another `operationId`"),
        };
        let found = pairs.find(id, matched.sends(), Impact::NONE, what);
        found
            .at(
                base.get("operationId").or(Some(base)),
                revision.get("operationId").or(Some(revision)),
            )
            .values(old.map(str::to_owned), new.map(str::to_owned));
    }
    let tags = |node: Node<'t>| items(node, "tags").filter_map(|tag| Some((tag.as_str()?, tag)));
    let is_in = |wanted: &str, side| tags(side).any(|(tag, _)| tag == wanted);
    for (tag, node) in tags(base).filter(|(tag, _)| !is_in(tag, revision)) {
        let found = pairs.find(
            "tag-removed",
            matched.sends(),
            Impact::NONE,
            format!("lost the tag `{tag}`"),
        );
        found.at(Some(node), None);
    }
    for (tag, node) in tags(revision).filter(|(tag, _)| !is_in(tag, base)) {
        let what = format!("has the new tag `{tag}`");
        pairs
            .find("tag-added", matched.sends(), Impact::NONE, what)
            .at(None, Some(node));
    }
}

/// Addresses of both sides, the operations that moved so, and the place of the first of them in the base.
type Moved = (Vec<String>, Vec<String>, Vec<usize>, usize);

/// Compares the addresses of all operations; the same difference of many is one finding.
fn servers<'t>(
    pairs: &mut Pairs<'_, 't>,
    base: &[Operation<'t>],
    revision: &[Operation<'t>],
    partner: &[Option<usize>],
    first: usize,
) {
    let mut seen: Vec<Moved> = Vec::new();
    for (at, operation) in revision.iter().enumerate() {
        let Some((before, other)) = partner[at].and_then(|at| Some((at, base.get(at)?))) else {
            continue;
        };
        if other.addresses() == operation.addresses() {
            continue;
        }
        let known = seen
            .iter_mut()
            .find(|(old, new, ..)| *old == other.servers && *new == operation.servers);
        match known {
            Some((_, _, operations, _)) => operations.push(first + at),
            None => seen.push((
                other.servers.clone(),
                operation.servers.clone(),
                vec![first + at],
                before,
            )),
        }
    }
    for (old, new, operations, before) in seen {
        let gone: Vec<&String> = old.iter().filter(|server| !new.contains(server)).collect();
        let come: Vec<&String> = new.iter().filter(|server| !old.contains(server)).collect();
        let list = |servers: &[String]| servers.join(", ");
        let (id, effect, what) = if gone.is_empty() {
            let what = format!("can also be called at {}", told(&come));
            ("server-added", Impact::NONE, what)
        } else if come.is_empty() {
            let what = format!("is no longer called at {}", told(&gone));
            ("server-removed", Impact::UNSURE, what)
        } else {
            let what = format!("is called at {} and was called at {}", told(&come), told(&gone));
            ("server-changed", Impact::UNSURE, what)
        };
        let own = |operation: Option<&Operation<'t>>, side: usize| {
            let own = operation.filter(|operation| operation.has_own_servers);
            let own = own.and_then(|operation| operation.node.get("servers").or(operation.item.get("servers")));
            own.or_else(|| pairs.sides[side].root().map(|root| root.get("servers").unwrap_or(root)))
        };
        let after = operations.first().and_then(|number| revision.get(number - first));
        let (old_node, new_node) = (own(base.get(before), 0), own(after, 1));
        let reach = if operations.len() == revision.len() {
            Vec::new()
        } else {
            operations
        };
        let found = pairs.find(id, Reach::Operations(reach, Uses::SENT), effect, what);
        found
            .at(old_node, new_node)
            .values(Some(list(&old)), Some(list(&new)))
            .because(OLD);
    }
}

fn told(servers: &[&String]) -> String {
    let told = servers.iter().map(|server| {
        if server.is_empty() {
            "`/`".to_owned()
        } else {
            format!("`{server}`")
        }
    });
    told.collect::<Vec<_>>().join(", ")
}

/// Compares what the server of the contract sends by itself.
fn webhooks(pairs: &mut Pairs<'_, '_>) {
    let sides = pairs.sides;
    let of = |side: usize| {
        let contract = &sides[side];
        let root = contract.root();
        let maps = [
            root.and_then(|root| root.get("webhooks")),
            root.and_then(|root| root.get("x-webhooks")?.get("events")),
        ];
        let maps = maps.into_iter().flatten();
        maps.flat_map(|map| operations(contract, map)).collect::<Vec<_>>()
    };
    let (base, revision) = (of(0), of(1));
    sent_back(pairs, &base, &revision, ["webhook-removed", "webhook-added"], None);
}

/// The callbacks of a name.
type Callback<'t> = (&'t str, Vec<Operation<'t>>);

/// Compares the callbacks of an operation: those of one name with each other, and others that are sent to the same place, since no
/// request has the name.
fn callbacks<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>) {
    let sides = pairs.sides;
    let of = |side: usize, node: Node<'t>| -> Vec<Callback<'t>> {
        let callbacks = node.get("callbacks").into_iter().flat_map(Node::members);
        let read = |node| operations(&sides[side], sides[side].follow(node));
        callbacks.map(|one| (one.key, read(one.value))).collect()
    };
    let (base, mut revision) = (of(0, matched.base.node), of(1, matched.revision.node));
    let places = |(_, calls): &Callback<'_>| calls.iter().map(|call| call.name.clone()).collect::<BTreeSet<_>>();
    let mut called: Vec<(Option<Callback<'t>>, Option<Callback<'t>>)> = Vec::new();
    let (same, rest): (Vec<_>, Vec<_>) = base
        .into_iter()
        .partition(|(name, _)| revision.iter().any(|(other, _)| other == name));
    for one in same.into_iter().chain(rest) {
        let by_name = revision.iter().position(|(name, _)| *name == one.0);
        let at = by_name.or_else(|| revision.iter().position(|other| places(other) == places(&one)));
        let other = at.map(|at| revision.remove(at));
        called.push((Some(one), other));
    }
    called.extend(revision.into_iter().map(|new| (None, Some(new))));
    let call = format!("`{}`", matched.base.name);
    for (old, new) in called {
        let name = old.as_ref().or(new.as_ref()).map_or("", |(name, _)| *name);
        let within = Within {
            number: matched.number,
            subject: uses::callback_name(name, &call),
        };
        let [base, revision] = [old, new].map(|side| side.map_or_else(Vec::new, |(_, calls)| calls));
        let ids = ["callback-removed", "callback-added"];
        sent_back(pairs, &base, &revision, ids, Some(&within));
    }
}

/// The operation that has a callback, and the words for it.
struct Within {
    number: usize,
    subject: String,
}

/// Compares operations that clients serve: what is sent to one is received, and its answer is sent.
fn sent_back<'t>(
    pairs: &mut Pairs<'_, 't>,
    base: &[Operation<'t>],
    revision: &[Operation<'t>],
    ids: [&'static str; 2],
    within: Option<&Within>,
) {
    let before = pairs.findings.len();
    for operation in base {
        let number = within.map_or_else(|| numbered(pairs, &operation.name), |within| within.number);
        let Some(other) = revision.iter().find(|other| other.name == operation.name) else {
            let reach = Reach::Operations(vec![number], Uses::RECEIVED);
            let found = pairs.find(ids[0], reach, Impact::WIDENED, "is no longer sent");
            found.at(Some(operation.node), None);
            continue;
        };
        let matched = Matched {
            base: operation,
            revision: other,
            number,
            sent: Uses::RECEIVED,
            received: Uses::SENT,
        };
        parameters::compare(pairs, &matched);
        bodies::request(pairs, &matched);
        bodies::responses(pairs, &matched);
    }
    for operation in revision {
        if !base.iter().any(|other| other.name == operation.name) {
            let number = within.map_or_else(|| numbered(pairs, &operation.name), |within| within.number);
            let reach = Reach::Operations(vec![number], Uses::RECEIVED);
            let found = pairs.find(ids[1], reach, Impact::NONE, "is sent now");
            found.at(None, Some(operation.node));
        }
    }
    // The operation that has a callback is called by clients: what it says of the callback is about another call.
    let Some(within) = within else { return };
    for finding in &mut pairs.findings[before..] {
        let is_answer = matches!(&finding.reach, Reach::Operations(_, uses) if uses.has(Uses::SENT));
        let whose = if is_answer { "the receiver of " } else { "" };
        finding.subject = format!("{whose}{}", within.subject);
    }
}

/// Returns the number of an operation of this name, a new one if need be.
fn numbered(pairs: &mut Pairs<'_, '_>, name: &str) -> usize {
    let known = pairs.operations.iter().position(|known| known == name);
    known.unwrap_or_else(|| {
        pairs.operations.push(name.to_owned());
        pairs.operations.len() - 1
    })
}
