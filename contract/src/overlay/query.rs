//! JSONPath (RFC 9535) over a tree.
//!
//! In: a query and the tree. Out: the selected nodes. `serde_json_path` evaluates the query on plain JSON, so a JSON
//! copy of the contract is kept in step with the tree. Queries that would be too slow are refused by their text:
//! parsing time grows with nested brackets, search time with the number of descendant segments.

use crate::limits;
use crate::source::{Node, NodeId, NodeKind, Scalar, Tree};
use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

/// A parsed query.
#[derive(Debug)]
pub struct Query {
    path: JsonPath,
    cost: Cost,
}

/// Syntax error of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAPath {
    /// The reason.
    pub why: String,
    /// Byte offset in the text.
    pub at: usize,
}

/// Cost factors of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Cost {
    /// Number of `..` segments.
    descendants: usize,
    /// Number of filters that start at the root again.
    restarts: usize,
}

impl Query {
    /// Parses a query.
    pub fn parse(text: &str) -> Result<Self, NotAPath> {
        let fault = |at: usize, why: &str| NotAPath {
            why: why.to_owned(),
            at,
        };
        if !text.starts_with('$') {
            return Err(fault(0, "a query must begin with `$`"));
        }
        if text.len() > limits::QUERY_BYTES {
            return Err(fault(0, "it is too long"));
        }
        let cost = cost(text).ok_or_else(|| fault(0, "its brackets are nested too deeply"))?;
        match JsonPath::parse(text) {
            Ok(path) => Ok(Self { path, cost }),
            Err(error) => {
                let why = match error.message() {
                    why if why.contains("lowercase alpha") => {
                        "a name after a dot must begin with a letter or `_`".to_owned()
                    }
                    why if why.ends_with("parser error") => "this part is not valid".to_owned(),
                    why => why.replace("in long-hand segment", "in brackets"),
                };
                Err(fault(error.position().min(text.len()), &why))
            }
        }
    }

    /// Estimates the visited nodes in a contract of this size; an upper bound.
    fn steps(&self, nodes: usize) -> usize {
        let levels = limits::QUERY_LEVELS.saturating_pow(u32::try_from(self.cost.descendants).unwrap_or(u32::MAX));
        let all = nodes.saturating_pow(u32::try_from(self.cost.restarts).unwrap_or(u32::MAX));
        nodes.saturating_mul(levels).saturating_mul(all)
    }
}

/// Shortens a query for a message.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(limits::QUERY_SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the query with quoted names, for one with a `-` after a dot (`$.info.x-api`), which RFC 9535 requires in
/// quotes.
pub(super) fn with_quoted_names(text: &str) -> Option<String> {
    let (mut meant, mut quote, mut rest) = (String::new(), None, text);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    while let Some(c) = rest.chars().next() {
        let name = rest.strip_prefix('.').filter(|_| quote.is_none());
        let name = name.map_or("", |name| &name[..name.find(|c| !is_name(c)).unwrap_or(name.len())]);
        if name.contains('-') {
            meant = format!("{meant}['{name}']");
            rest = &rest[1 + name.len()..];
            continue;
        }
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
        meant.push(c);
        rest = &rest[c.len_utf8()..];
    }
    (meant != text && Query::parse(&meant).is_ok()).then_some(meant)
}

/// Returns the cost factors of a text; `None`: nested too deeply.
fn cost(text: &str) -> Option<Cost> {
    let (mut cost, mut depth, mut quote) = (Cost::default(), 0_usize, None);
    let mut bytes = text.bytes().enumerate();
    let wide = text.contains("..") || text.contains('*');
    while let Some((at, byte)) = bytes.next() {
        match (byte, quote) {
            (b'\\', Some(_)) => {
                bytes.next();
            }
            (byte, Some(open)) if byte == open => quote = None,
            (b'\'' | b'"', None) => quote = Some(byte),
            (b'[' | b'(', None) => depth += 1,
            (b']' | b')', None) => depth = depth.saturating_sub(1),
            (b'$', None) if at > 0 && wide => cost.restarts += 1,
            (b'.', None) if text.as_bytes().get(at + 1) == Some(&b'.') => cost.descendants += 1,
            _ => {}
        }
        if depth > limits::QUERY_DEPTH {
            return None;
        }
    }
    Some(cost)
}

/// JSON copy of the contract for queries.
#[derive(Debug)]
pub struct Queried {
    json: Value,
    nodes: usize,
}

impl Queried {
    /// Copies the contract below `root`.
    pub fn from_tree(tree: &Tree, root: NodeId) -> Self {
        let mut nodes = 0;
        Self {
            json: plain(tree.node(root), &mut nodes),
            nodes,
        }
    }

    /// Returns true if the copy matches the current contract.
    #[cfg(test)]
    pub(super) fn is_of(&self, tree: &Tree, root: NodeId) -> bool {
        let now = Self::from_tree(tree, root);
        (&now.json, now.nodes) == (&self.json, self.nodes)
    }

    /// Returns the nodes that a query selects, each once; `None`: too slow.
    pub fn select(&self, tree: &Tree, root: NodeId, query: &Query) -> Option<Vec<NodeId>> {
        if query.steps(self.nodes) > limits::QUERY_STEPS {
            return None;
        }
        let mut selected = Vec::new();
        for location in query.path.query_located(&self.json).locations() {
            let mut at = Some(tree.node(root));
            for element in location.iter() {
                at = at.and_then(|node| match element {
                    PathElement::Name(name) => node.get(name),
                    PathElement::Index(index) => node.items().nth(*index),
                });
            }
            selected.extend(at.map(Node::id));
        }
        let mut seen = std::collections::HashSet::new();
        selected.retain(|node| seen.insert(*node));
        Some(selected)
    }

    /// Repeats a change of the tree in the copy, at a JSON Pointer: merges, concatenates or replaces; `as_item` appends
    /// to a list.
    pub fn brought(&mut self, pointer: &str, value: Node<'_>, as_item: bool) {
        let Some(there) = self.json.pointer_mut(pointer) else {
            return;
        };
        match there {
            Value::Array(items) if as_item || !value.is_seq() => items.push(plain(value, &mut self.nodes)),
            there => merge(there, value, &mut self.nodes),
        }
    }

    /// Removes the node at a JSON Pointer from the copy.
    pub fn removed(&mut self, pointer: &str) {
        let Some((parent, token)) = pointer.rsplit_once('/') else {
            return;
        };
        let gone = match self.json.pointer_mut(parent) {
            Some(Value::Object(members)) => members.remove(&token.replace("~1", "/").replace("~0", "~")),
            Some(Value::Array(items)) => {
                let at = token.parse().ok().filter(|at| *at < items.len());
                at.map(|at: usize| items.remove(at))
            }
            _ => None,
        };
        self.nodes = self.nodes.saturating_sub(gone.as_ref().map_or(0, count));
    }
}

/// Merges as the specification says; mismatches were refused before.
fn merge(there: &mut Value, brought: Node<'_>, nodes: &mut usize) {
    match there {
        Value::Object(members) if brought.is_map() => {
            for member in brought.members() {
                match members.get_mut(member.key) {
                    Some(known) => merge(known, member.value, nodes),
                    None => {
                        members.insert(member.key.to_owned(), plain(member.value, nodes));
                    }
                }
            }
        }
        Value::Array(items) if brought.is_seq() => items.extend(brought.items().map(|item| plain(item, nodes))),
        there => {
            *nodes = nodes.saturating_sub(count(there));
            *there = plain(brought, nodes);
        }
    }
}

/// Returns the number of nodes of a value.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// Converts a node to plain JSON; counts the nodes.
fn plain(node: Node<'_>, nodes: &mut usize) -> Value {
    *nodes += 1;
    match node.kind() {
        NodeKind::Map => Value::Object(
            node.members()
                .map(|member| (member.key.to_owned(), plain(member.value, nodes)))
                .collect(),
        ),
        NodeKind::Seq => Value::Array(node.items().map(|item| plain(item, nodes)).collect()),
        NodeKind::Scalar => match node.scalar() {
            Some(Scalar::Bool(truth)) => Value::Bool(truth),
            // A number that `serde_json` cannot hold is compared by its text.
            Some(Scalar::Number(text)) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            Some(Scalar::String(text)) => Value::String(text),
            Some(Scalar::Null) | None => Value::Null,
        },
    }
}
