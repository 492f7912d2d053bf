//! The uses of pairs, and names of nodes for sentences: `Pet.name`, `limit of GET /pets`.
//!
//! A sentence names a component only where its own text changed: a finding of nodes that are the same on both sides is placed at the use
//! that changed, and between two different components at what names the other one now.

use std::collections::HashSet;

use sdkwright_contract::source::{Node, NodeId};

use super::finding::{Delta, Uses};
use super::pairs::{Pairs, PlacePair};
use crate::contract::{Contract, items};

/// Most schemas that hold at a use, and most uses above each other, that are looked at.
const MOST: usize = 64;

/// The use of a pair of different components.
#[derive(Clone)]
pub(super) struct Use {
    /// Pointers of the schemas of the pair.
    of: [String; 2],
    /// Pointer of the use.
    at: String,
}

impl Use {
    /// Returns the subject of a sentence about a node of a side.
    pub(super) fn subject<'t>(&self, pairs: &Pairs<'_, 't>, node: Node<'t>, side: usize) -> String {
        let contract = &pairs.sides[side];
        let pointer = node.pointer();
        match pointer.strip_prefix(&self.of[side]) {
            Some(rest) => place_name(contract, node, &format!("{}{rest}", self.at)),
            None => place_name(contract, node, &pointer),
        }
    }

    /// Returns the pointer of a use below it.
    fn below(&self, node: Node<'_>) -> String {
        let pointer = node.pointer();
        match pointer.strip_prefix(&self.of[1]) {
            Some(rest) => format!("{}{rest}", self.at),
            None => pointer,
        }
    }
}

/// A way into a pair: from an operation or from another pair.
#[derive(Clone, Copy)]
pub(super) struct PairEntry<'t> {
    /// Places at which the schemas are used.
    at: Option<PlacePair<'t>>,
    /// Uses that take it.
    pub(super) uses: Uses,
    /// The pair above, and whether the way turns its uses round.
    pub(super) from: Option<(usize, bool)>,
    /// The operation, of a way from none.
    pub(super) operation: Option<usize>,
}

/// The uses of all pairs.
pub(super) struct Ways<'t> {
    /// All ways into each pair.
    into: Vec<Vec<PairEntry<'t>>>,
    /// The way by which each pair was found first.
    first: Vec<Option<PairEntry<'t>>>,
    /// The use of each pair of different components.
    pub(super) named: Vec<Option<Use>>,
}

impl<'t> Ways<'t> {
    /// Collects the uses of all pairs.
    pub(super) fn new(pairs: &Pairs<'_, 't>) -> Self {
        let count = pairs.numbered.len();
        let (mut into, mut first, mut named) = (vec![Vec::new(); count], vec![None; count], vec![None; count]);
        let roots = pairs.roots.iter().map(|root| {
            let way = PairEntry {
                at: root.at,
                uses: root.uses,
                from: None,
                operation: root.operation,
            };
            (root.pair, way, None)
        });
        let mut open: Vec<(usize, PairEntry<'t>, Option<Use>)> = roots.rev().collect();
        while let Some((pair, way, above)) = open.pop() {
            into[pair].push(way);
            if first[pair].is_some() {
                continue;
            }
            first[pair] = Some(way);
            let here = way.at.and_then(|at| named_otherwise(pairs, pair, at, above.as_ref()));
            let edges = pairs.numbered[pair].edges.iter().rev();
            open.extend(edges.map(|edge| {
                let way = PairEntry {
                    at: edge.at,
                    uses: edge.keeps,
                    from: Some((pair, edge.swaps)),
                    operation: None,
                };
                (edge.to, way, here.clone())
            }));
            named[pair] = here;
        }
        Self { into, first, named }
    }

    /// Returns the findings that are told of one, each with the ways that lead to it: one for each use that changed. None: it is
    /// told as it is.
    pub(super) fn placed(
        &self,
        pairs: &Pairs<'_, 't>,
        pair: usize,
        finding: &Delta<'t>,
    ) -> Vec<(Delta<'t>, Vec<PairEntry<'t>>)> {
        let is_same = [
            finding.base.filter(|node| is_same(pairs, 0, *node)),
            finding.revision.filter(|node| is_same(pairs, 1, *node)),
        ];
        if is_same.iter().all(Option::is_none) || !finding.subject.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(Delta<'t>, Vec<PairEntry<'t>>)> = Vec::new();
        for way in &self.into[pair] {
            let spots = [0, 1].map(|side| is_same[side].and_then(|node| self.spot(pairs, *way, side, node)));
            let is_lost = |side: usize| is_same[side].is_some() && spots[side].is_none();
            let mut placed = finding.clone();
            if !is_lost(0) && !is_lost(1) {
                if let Some(spot) = &spots[0] {
                    placed.base = Some(spot.nodes.0);
                }
                if let Some(spot) = &spots[1] {
                    placed.revision = Some(spot.nodes.1);
                }
                let side = usize::from(finding.revision.is_some());
                if let (Some(spot), Some(node)) = (&spots[side], is_same[side]) {
                    placed.subject = place_name(&pairs.sides[side], node, &spot.pointer);
                }
            }
            let id = |node: Option<Node<'_>>| node.map(Node::id);
            let known = found.iter_mut().find(|(known, _)| {
                (id(known.base), id(known.revision), &known.subject)
                    == (id(placed.base), id(placed.revision), &placed.subject)
            });
            match known {
                Some((_, ways)) => ways.push(*way),
                None => found.push((placed, vec![*way])),
            }
        }
        found
    }

    /// Returns the nearest use of a node that changed, from a way into the pair of a finding.
    fn spot(&self, pairs: &Pairs<'_, 't>, way: PairEntry<'t>, side: usize, node: Node<'t>) -> Option<Spot<'t>> {
        let (mut way, mut pointer) = (way, node.pointer());
        for _ in 0..MOST {
            let at = way.at?;
            let held = [holding(&pairs.sides[0], at.0), holding(&pairs.sides[1], at.1)];
            let pointers = held
                .each_ref()
                .map(|held| held.iter().map(|node| node.pointer()).collect::<Vec<_>>());
            let within = |holder: &&String| {
                let rest = pointer.strip_prefix(holder.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let holder = pointers[side].iter().filter(within).max_by_key(|holder| holder.len())?;
            let rest = pointer[holder.len()..].to_owned();
            let mut changed: Vec<(usize, &String, PlacePair<'t>)> = Vec::new();
            for (rank, (one, text)) in held[0].iter().zip(&pointers[0]).enumerate() {
                let Some(other) = pointers[1].iter().position(|other| other == text) else {
                    continue;
                };
                if pairs.is_rewritten(*one, held[1][other]) {
                    changed.push((rank + other, text, (*one, held[1][other])));
                }
            }
            if let Some((_, text, nodes)) = changed.into_iter().min_by_key(|(rank, text, _)| (*rank, *text)) {
                let pointer = format!("{text}{rest}");
                return Some(Spot { nodes, pointer });
            }
            let node = if side == 0 { at.0 } else { at.1 };
            pointer = format!("{}{rest}", node.pointer());
            way = self.first[way.from?.0]?;
        }
        None
    }
}

/// A use that changed.
struct Spot<'t> {
    nodes: PlacePair<'t>,
    /// Pointer that the node of a finding would have in the use.
    pointer: String,
}

/// Returns true for a node of a side's component that the other side has, too.
fn is_same<'t>(pairs: &Pairs<'_, 't>, side: usize, node: Node<'t>) -> bool {
    let pointer = node.pointer();
    if !pointer.starts_with("/components/schemas/") {
        return false;
    }
    let nodes = [0, 1].map(|side| pairs.sides[side].root().and_then(|root| root.at(&pointer)));
    // Another file has its own components.
    let is_here = nodes[side].is_some_and(|found| found.id() == node.id());
    matches!(nodes, [Some(one), Some(other)] if is_here && !pairs.is_rewritten(one, other))
}

/// Returns the schemas that hold where one is used: itself, what it refers to, and those of its `allOf`, and of alternatives beside
/// null.
fn holding<'t>(contract: &Contract<'t>, node: Node<'t>) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    let mut seen: HashSet<NodeId> = HashSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if found.len() >= MOST || !seen.insert(node.id()) {
            continue;
        }
        found.push(node);
        let mut below: Vec<Node<'t>> = contract.target(node).into_iter().collect();
        below.extend(items(node, "allOf"));
        for word in ["oneOf", "anyOf"] {
            if items(node, word).count() < 3 {
                below.extend(items(node, word));
            }
        }
        open.extend(below.into_iter().rev());
    }
    found
}

fn named_otherwise<'t>(pairs: &Pairs<'_, 't>, pair: usize, at: PlacePair<'t>, above: Option<&Use>) -> Option<Use> {
    let nodes = pairs.nodes(pair);
    let of = [nodes.0.pointer(), nodes.1.pointer()];
    let [old, new] = of.each_ref().map(|pointer| component(pointer));
    let has = |side: usize, name: Option<&str>| name.is_some_and(|name| has(&pairs.sides[side], name));
    // Components that one side alone has got another name.
    if old == new || !(has(1, old) || has(0, new)) {
        return None;
    }
    let (mut base, mut revision) = at;
    let mut is_common = false;
    while let (Some(one), Some(other)) = (pairs.sides[0].target(base), pairs.sides[1].target(revision)) {
        if one.pointer() != other.pointer() || pairs.is_rewritten(base, revision) {
            break;
        }
        is_common = true;
        (base, revision) = (one, other);
    }
    let at = match above {
        Some(above) if !is_common => above.below(revision),
        _ => revision.pointer(),
    };
    Some(Use { of, at })
}

/// Returns the name of the component in which a pointer ends.
fn component(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/components/schemas/")?;
    rest.split('/').next()
}

/// Returns true if a side has a component of a name, as it is written in a pointer.
fn has(side: &Contract<'_>, name: &str) -> bool {
    let pointer = format!("/components/schemas/{name}");
    side.root().is_some_and(|root| root.at(&pointer).is_some())
}

/// Words of a pointer that name nothing to a reader.
#[rustfmt::skip]
const SILENT: [&str; 12] = [
    "properties", "schema", "content", "schemas", "allOf", "oneOf", "anyOf", "prefixItems", "components", "parameters", "responses",
    "paths",
];

/// Keywords with a schema that does not say what a value is: a sentence about it names the keyword.
const APART: [&str; 7] = [
    "not",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
    "dependentSchemas",
];

/// Returns a schema or one of its members as the subject of a sentence: `Pet.name`, the request body of `POST /pets`.
pub(crate) fn schema_name<'t>(contract: &Contract<'t>, node: Node<'t>) -> String {
    place_name(contract, node, &node.pointer())
}

/// Returns what stands at a pointer as the subject of a sentence, in the file of a node.
fn place_name<'t>(contract: &Contract<'t>, node: Node<'t>, pointer: &str) -> String {
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let (start, rest) = start(contract, node, &tokens);
    let (mut name, mut holder) = match start {
        Start::Name(name) => (name, None),
        Start::Holder(holder) => (String::new(), Some(holder)),
    };
    let mut rest = rest.iter();
    while let Some(token) = rest.next() {
        match *token {
            "properties" => {
                if let Some(member) = rest.next() {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(member);
                }
            }
            "items" => name.push_str("[]"),
            "additionalProperties" => name.push_str("{}"),
            "patternProperties" => {
                rest.next();
                name.push_str("{}");
            }
            keyword if APART.contains(&keyword) => {
                if keyword == "dependentSchemas" {
                    rest.next();
                }
                holder = Some(format!("the schema in `{keyword}` of {}", subject(&name, holder)));
                name.clear();
            }
            // Behind these stand values, and no schemas.
            "enum" | "const" | "default" | "example" | "examples" => break,
            _ => {}
        }
    }
    subject(&name, holder)
}

/// Returns the words for a member of what is named by words.
fn subject(name: &str, holder: Option<String>) -> String {
    match holder {
        None => format!("`{name}`"),
        Some(holder) if name.is_empty() => holder,
        Some(holder) if name == "[]" => format!("each item of {holder}"),
        Some(holder) => format!("`{name}` in {holder}"),
    }
}

/// First words of the subject of a sentence.
enum Start {
    /// A name, to which those of members are added.
    Name(String),
    /// Words for what has no name of its own.
    Holder(String),
}

/// Returns what a pointer begins with, and the tokens behind it.
fn start<'p, 't>(contract: &Contract<'t>, node: Node<'t>, tokens: &'p [&'p str]) -> (Start, &'p [&'p str]) {
    let Some(NamedCall {
        words: call,
        is_sent_back,
        rest,
    }) = call(tokens)
    else {
        let (name, rest) = named(contract, node, tokens);
        return (Start::Name(name), rest);
    };
    let of = if is_sent_back { "to" } else { "of" };
    match rest {
        ["parameters", _, behind @ ..] => {
            let to = &tokens[..tokens.len() - behind.len()];
            (Start::Name(parameter(node, to)), behind)
        }
        ["responses", status, "headers", name, behind @ ..] => {
            let words = format!("the header `{name}` of the response {status} {of} {call}");
            (Start::Holder(words), behind)
        }
        ["responses", status, behind @ ..] => (Start::Holder(format!("the response {status} {of} {call}")), behind),
        _ if is_sent_back => (Start::Holder(call), rest),
        ["requestBody", behind @ ..] => (Start::Holder(format!("the request body of {call}")), behind),
        _ => (Start::Name(call.trim_matches('`').to_owned()), rest),
    }
}

/// An operation, event or callback.
struct NamedCall<'p> {
    words: String,
    is_sent_back: bool,
    /// The tokens of the pointer below it.
    rest: &'p [&'p str],
}

/// Returns the operation, event or callback that a pointer begins with.
fn call<'p>(tokens: &'p [&'p str]) -> Option<NamedCall<'p>> {
    let (mut call, mut is_sent_back, mut rest) = match tokens {
        ["paths", _, "parameters", ..] => return None,
        ["paths", path, "additionalOperations", method, rest @ ..] => (format!("`{method} {path}`"), false, rest),
        ["paths", path, method, rest @ ..] => (format!("`{} {path}`", method.to_ascii_uppercase()), false, rest),
        ["webhooks", name, "additionalOperations", _, rest @ ..]
        | ["webhooks", name, _, rest @ ..]
        | ["x-webhooks", "events", name, _, rest @ ..] => (format!("the event `{name}`"), true, rest),
        ["components", "callbacks", name, _, _, rest @ ..] => (format!("the callback `{name}`"), true, rest),
        _ => return None,
    };
    while let ["callbacks", name, _, _, behind @ ..] = rest {
        call = callback_name(name, &call);
        (is_sent_back, rest) = (true, behind);
    }
    Some(NamedCall {
        words: call,
        is_sent_back,
        rest,
    })
}

/// Returns the words for a callback.
pub(crate) fn callback_name(name: &str, of: &str) -> String {
    format!("the callback `{name}` of {of}")
}

/// Returns the name that a pointer begins with, and the tokens behind it.
fn named<'p, 't>(contract: &Contract<'t>, node: Node<'t>, tokens: &'p [&'p str]) -> (String, &'p [&'p str]) {
    let root = root(node);
    match tokens {
        ["components", _, name, rest @ ..] | ["$defs" | "definitions", name, rest @ ..] => ((*name).to_owned(), rest),
        ["paths", path, "parameters", at, rest @ ..] => (parameter(node, &["paths", path, "parameters", at]), rest),
        // A file that is one schema has its name.
        _ if is_schema(root) => (stem(&contract.place(root).file).to_owned(), tokens),
        [name, rest @ ..] if root.get(name).is_some_and(is_schema) => ((*name).to_owned(), rest),
        _ => {
            let told = tokens.iter().rev().find(|token| !SILENT.contains(token));
            (told.map_or_else(String::new, |token| (*token).to_owned()), &[])
        }
    }
}

/// Returns true for a node that can be nothing but a schema.
fn is_schema(node: Node<'_>) -> bool {
    let lists = ["enum", "allOf", "oneOf", "anyOf"];
    node.get("type").is_some_and(|types| !types.is_map())
        || lists.iter().any(|key| node.get(key).is_some_and(Node::is_seq))
        || node.get("properties").is_some_and(Node::is_map)
}

/// Returns the name of a file without its folder and its ending.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', ':']).next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

fn root(node: Node<'_>) -> Node<'_> {
    let mut root = node;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    root
}

/// Returns the name of the parameter at a pointer.
fn parameter(node: Node<'_>, tokens: &[&str]) -> String {
    let mut at = Some(root(node));
    for token in tokens {
        at = at.and_then(|node| match token.parse::<usize>() {
            Ok(index) if node.is_seq() => node.items().nth(index),
            _ => node.get(token),
        });
    }
    let name = at.and_then(|node| node.get("name")).and_then(Node::as_str);
    name.unwrap_or("the parameter").to_owned()
}
