//! Locations of nodes, and the names of inline types derived from them.
//!
//! In: the tree. Out: pointers without a search, and the words of a path. The words depend on the place alone, never on
//! the order of requests, so that an inline type keeps its name when it gets another user.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use super::possibility::possibility;
use crate::ir::{self, NameHint};
use crate::source::{Node, NodeId, Tree, escape};

/// Step from a parent to a node.
#[derive(Debug, Clone, Copy)]
enum ReferenceToken<'d> {
    Root,
    Key(&'d str),
    Index(usize),
}

impl ReferenceToken<'_> {
    /// Appends it to a pointer.
    fn extend(self, pointer: &mut String) {
        pointer.push('/');
        match self {
            ReferenceToken::Root => {}
            ReferenceToken::Key(key) if key.contains(['~', '/']) => pointer.push_str(&escape(key)),
            ReferenceToken::Key(key) => pointer.push_str(key),
            ReferenceToken::Index(at) => pointer.push_str(&at.to_string()),
        }
    }
}

/// Locations of a tree.
pub(super) struct Places<'d> {
    tree: &'d Tree,
    tokens: Vec<ReferenceToken<'d>>,
    operations: HashMap<NodeId, String>,
    /// Path of each file, by id.
    files: Vec<Arc<str>>,
    /// The last parent that was asked for, with its pointer (a cache).
    last: RefCell<Option<(NodeId, String)>>,
}

impl<'d> Places<'d> {
    /// Visits every node once. `operations` are the ids of the operations by node, as names use them; `files` are the paths of
    /// all files, by id.
    pub(super) fn new(tree: &'d Tree, operations: HashMap<NodeId, String>, files: Vec<Arc<str>>) -> Self {
        let mut tokens = vec![ReferenceToken::Root; tree.len()];
        for index in 0..tree.len() {
            let Ok(index) = u32::try_from(index) else { break };
            let node = tree.node(NodeId(index));
            for member in node.members() {
                tokens[member.value.id().0 as usize] = ReferenceToken::Key(member.key);
            }
            for (at, item) in node.items().enumerate() {
                tokens[item.id().0 as usize] = ReferenceToken::Index(at);
            }
        }
        Self {
            tree,
            tokens,
            operations,
            files,
            last: RefCell::new(None),
        }
    }

    /// Returns the id of an operation, as names use it.
    pub(super) fn operation(&self, id: NodeId) -> &str {
        self.operations.get(&id).map_or("", String::as_str)
    }

    /// Returns location and pointer of a node.
    pub(super) fn origin(&self, id: NodeId) -> ir::Origin {
        ir::Origin {
            pointer: self.pointer(id),
            span: self.tree.node(id).span(),
        }
    }

    /// Returns the JSON Pointer of a node in its file.
    pub(super) fn pointer(&self, id: NodeId) -> String {
        let Some(parent) = self.tree.node(id).parent() else {
            return String::new();
        };
        // Neighbouring nodes are usually asked for one after the other.
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(node, _)| *node != parent.id()) {
            let mut pointer = String::new();
            self.chain(parent.id())
                .iter()
                .for_each(|(token, _)| token.extend(&mut pointer));
            *last = Some((parent.id(), pointer));
        }
        let mut pointer = last.as_ref().map(|(_, pointer)| pointer.clone()).unwrap_or_default();
        self.tokens[id.0 as usize].extend(&mut pointer);
        pointer
    }

    /// Returns the steps from the root to the node, root excluded.
    fn chain(&self, id: NodeId) -> Vec<(ReferenceToken<'d>, Node<'d>)> {
        let mut chain = Vec::new();
        let mut node = self.tree.node(id);
        while let Some(parent) = node.parent() {
            chain.push((self.tokens[node.id().0 as usize], node));
            node = parent;
        }
        chain.reverse();
        chain
    }

    /// Returns the words that name an inline schema by its place, root first.
    pub(super) fn words(&self, id: NodeId) -> Vec<String> {
        let chain = self.chain(id);
        let keys: Vec<&str> = chain
            .iter()
            .map(|(token, _)| if let ReferenceToken::Key(key) = token { key } else { "" })
            .collect();
        let mut words = Vec::new();
        // The body of a delivery is the event itself.
        let mut carrier = match keys.first() {
            Some(key) if key.ends_with("webhooks") => "",
            _ => "request",
        };
        let rest = match keys.as_slice() {
            ["components", "schemas", name, ..] => {
                words.push((*name).to_owned());
                return Self::in_schema(words, &chain[3..]);
            }
            ["components", kind, name, ..] => {
                let role = component_word(kind);
                if let Some(status) = ir::status_words(name).filter(|_| *kind == "responses") {
                    words.push(title(&chain).unwrap_or(status));
                } else {
                    words.push((*name).to_owned());
                    words.extend((!says_role(name, role)).then(|| role.to_owned()));
                }
                if *kind != "pathItems" {
                    carrier = "";
                }
                if *kind == "callbacks" { 5 } else { 3 }
            }
            _ if let Some(at) = chain
                .iter()
                .position(|(_, node)| self.operations.contains_key(&node.id())) =>
            {
                words.push(self.operation(chain[at].1.id()).to_owned());
                at + 1
            }
            ["paths", path, method, ..] => {
                words.extend([(*path).to_owned(), (*method).to_owned()]);
                3
            }
            ["webhooks", name, _, ..] => {
                words.extend([(*name).to_owned(), "event".to_owned()]);
                3
            }
            ["x-webhooks", "events", name, _, ..] => {
                words.extend([(*name).to_owned(), "event".to_owned()]);
                4
            }
            _ if self.is_elsewhere(id) => {
                let Some(start) = content(&keys) else {
                    words.extend(
                        keys.first()
                            .filter(|key| is_keyword(key))
                            .map(|_| self.stem(id).to_owned()),
                    );
                    return Self::in_schema(words, &chain);
                };
                carrier = "";
                let own = start.checked_sub(1).map_or(self.stem(id), |at| keys[at]);
                words.push(match ir::status_words(own) {
                    Some(status) => title(&chain).unwrap_or(status),
                    None => own.to_owned(),
                });
                start
            }
            _ => return Self::in_schema(words, &chain),
        };
        Self::outside_schema(words, carrier, chain.get(rest..).unwrap_or_default())
    }

    /// Returns the name that a schema has in a file besides the contract: that of the file for its root, else that of the member in
    /// which a reference finds it.
    pub(super) fn name_elsewhere(&self, id: NodeId) -> Option<NameHint> {
        if !self.is_elsewhere(id) {
            return None;
        }
        let chain = self.chain(id);
        let keys: Option<Vec<&str>> = { chain.iter() }
            .map(|(token, _)| match token {
                ReferenceToken::Key(key) => Some(*key),
                _ => None,
            })
            .collect();
        let (name, around) = match keys?.as_slice() {
            [] => (self.stem(id), self.folder(id)),
            [name] if !is_keyword(name) && *name != "schema" => (*name, self.stem(id)),
            ["schemas" | "definitions" | "$defs", name] | ["components", "schemas", name] => (*name, self.stem(id)),
            _ => return None,
        };
        Some(NameHint::Elsewhere {
            name: name.to_owned(),
            around: around.to_owned(),
        })
    }

    /// Returns true for a node of a file besides the contract.
    fn is_elsewhere(&self, id: NodeId) -> bool {
        let root = self.tree.root().map(Node::document);
        root != Some(self.tree.node(id).document())
    }

    fn path(&self, id: NodeId) -> &str {
        let file = self.tree.node(id).document();
        self.files.get(usize::from(file.0)).map_or("", |path| path)
    }

    /// Returns the name of a node's file without its folder and extension.
    fn stem(&self, id: NodeId) -> &str {
        let path = self.path(id);
        let name = path.rsplit('/').next().unwrap_or(path);
        name.split('.').next().unwrap_or(name)
    }

    /// Returns the name of the folder of a node's file; empty if it is not known.
    fn folder(&self, id: NodeId) -> &str {
        let (folder, _) = self.path(id).rsplit_once('/').unwrap_or_default();
        folder.rsplit('/').next().unwrap_or(folder)
    }

    /// Returns the words of the steps between an operation (or a component) and its schema.
    fn outside_schema(
        mut words: Vec<String>,
        mut body: &'d str,
        chain: &[(ReferenceToken<'d>, Node<'d>)],
    ) -> Vec<String> {
        let mut at = 0;
        let mut carrier = body;
        let mut status = None;
        while let Some((ReferenceToken::Key(key), node)) = chain.get(at) {
            match *key {
                "schema" | "itemSchema" => return Self::in_schema(words, chain.get(at + 1..).unwrap_or_default()),
                "parameters" => {
                    if let Some(name) = chain
                        .get(at + 1)
                        .and_then(|(_, node)| node.get("name"))
                        .and_then(Node::as_str)
                    {
                        words.push(name.to_owned());
                    }
                    carrier = "";
                    at += 1;
                }
                "requestBody" => carrier = body,
                "responses" => {
                    carrier = "response";
                    status = chain.get(at + 1).map(|(token, _)| *token);
                    // Without a 2xx, `default` is the answer of success.
                    if matches!(status, Some(ReferenceToken::Key("default"))) && !has_success(*node) {
                        status = None;
                    }
                    at += 1;
                }
                "content" => {
                    if let Some((ReferenceToken::Key(media), _)) = chain.get(at + 1) {
                        words.extend(body_words(carrier, status, media));
                    }
                    at += 1;
                }
                // The body of a callback is the event itself.
                "callbacks" => {
                    if let Some((ReferenceToken::Key(name), _)) = chain.get(at + 1) {
                        words.extend([(*name).to_owned(), "event".to_owned()]);
                    }
                    body = "";
                    at += 3;
                }
                "prefixEncoding" => {
                    if let Some((ReferenceToken::Index(index), _)) = chain.get(at + 1) {
                        words.push(format!("part{}", index + 1));
                    }
                    at += 1;
                }
                "itemEncoding" => words.push("part".to_owned()),
                "headers" | "encoding" => {
                    if let Some((ReferenceToken::Key(name), _)) = chain.get(at + 1) {
                        words.push((*name).to_owned());
                    }
                    at += 1;
                }
                _ => {}
            }
            at += 1;
        }
        words
    }

    /// Returns the words of the steps inside of a schema.
    fn in_schema(mut words: Vec<String>, chain: &[(ReferenceToken<'d>, Node<'d>)]) -> Vec<String> {
        let mut at = 0;
        while let Some((token, _)) = chain.get(at) {
            let next = chain.get(at + 1);
            match token {
                ReferenceToken::Key("properties" | "$defs" | "definitions" | "schemas" | "dependentSchemas") => {
                    if let Some((ReferenceToken::Key(name), _)) = next {
                        words.push((*name).to_owned());
                    }
                    at += 1;
                }
                ReferenceToken::Key("items" | "unevaluatedItems" | "contains") => words.push("item".to_owned()),
                ReferenceToken::Key("additionalProperties" | "unevaluatedProperties") => words.push("value".to_owned()),
                ReferenceToken::Key("patternProperties") => {
                    words.push("value".to_owned());
                    at += 1;
                }
                ReferenceToken::Key("prefixItems") => {
                    if let Some((ReferenceToken::Index(index), _)) = next {
                        words.push(format!("item{index}"));
                    }
                    at += 1;
                }
                ReferenceToken::Key("oneOf" | "anyOf") => {
                    if let (Some((_, all)), Some((ReferenceToken::Index(_), one))) = (chain.get(at), next) {
                        words.extend(possibility(*all, *one));
                    }
                    at += 1;
                }
                ReferenceToken::Key("allOf") => at += 1,
                ReferenceToken::Key(other) if words.is_empty() => words.push((*other).to_owned()),
                _ => {}
            }
            at += 1;
        }
        words
    }
}

/// Returns true for a keyword of a schema that contains a schema.
fn is_keyword(key: &str) -> bool {
    matches!(
        key,
        "properties"
            | "patternProperties"
            | "additionalProperties"
            | "items"
            | "prefixItems"
            | "contains"
            | "allOf"
            | "oneOf"
            | "anyOf"
            | "not"
            | "if"
            | "then"
            | "else"
            | "propertyNames"
            | "dependentSchemas"
            | "unevaluatedItems"
            | "unevaluatedProperties"
    )
}

/// Returns the index of the step below which an object besides a schema has its schema.
fn content(keys: &[&str]) -> Option<usize> {
    let end = keys.iter().position(|key| matches!(*key, "schema" | "itemSchema"))?;
    let start = keys
        .iter()
        .position(|key| matches!(*key, "content" | "headers" | "schema" | "itemSchema"))?;
    (!keys[..end].iter().any(|key| is_keyword(key))).then_some(start)
}

/// Returns the title of the schema on a chain of steps, if it is a name.
fn title(chain: &[(ReferenceToken<'_>, Node<'_>)]) -> Option<String> {
    let is_schema = |token: &ReferenceToken<'_>| matches!(token, ReferenceToken::Key("schema" | "itemSchema"));
    let (_, schema) = chain.iter().find(|(token, _)| is_schema(token))?;
    let title = schema.get("title")?.as_str()?;
    ir::EnumValue::is_name(title).then(|| title.to_owned())
}

/// Returns true if answers of an operation have one of success by its status.
fn has_success(answers: Node<'_>) -> bool {
    answers.members().any(|answer| answer.key.starts_with('2'))
}

/// Returns the words for a body: JSON by its role alone, other bodies by their form.
fn body_words(carrier: &str, status: Option<ReferenceToken<'_>>, media: &str) -> Vec<String> {
    let status = match status {
        None | Some(ReferenceToken::Root | ReferenceToken::Key("200" | "2XX" | "2xx")) => String::new(),
        Some(ReferenceToken::Key("201")) => "created".to_owned(),
        Some(ReferenceToken::Key("202")) => "accepted".to_owned(),
        Some(ReferenceToken::Key("206")) => "partial".to_owned(),
        Some(ReferenceToken::Key(other)) => other.to_owned(),
        Some(ReferenceToken::Index(at)) => at.to_string(),
    };
    let failure = status.starts_with(['3', '4', '5', 'd']);
    let mut words = Vec::new();
    if failure {
        words.extend(["error".to_owned(), status]);
    } else {
        words.extend((!status.is_empty()).then_some(status));
        words.extend((!carrier.is_empty()).then(|| carrier.to_owned()));
    }
    match ir::essence(media) {
        "application/json" | "*/*" | "application/problem+json" => {}
        "multipart/form-data" => words.push("multipart".to_owned()),
        "application/x-www-form-urlencoded" => words.push("form".to_owned()),
        other => {
            let form = other.split('/').next_back().unwrap_or(other);
            let form = form.strip_suffix("+json").unwrap_or(form);
            words.extend((form != "*").then(|| form.to_owned()));
        }
    }
    words
}

/// Returns the word for a kind of component.
fn component_word(kind: &str) -> &str {
    match kind {
        "parameters" => "parameter",
        "responses" => "response",
        "requestBodies" => "request",
        "headers" => "header",
        "callbacks" => "event",
        "pathItems" => "path",
        other => other,
    }
}

/// Returns true if the name of a component ends in its role: `OrderResponse`, `order_request_body`, `PatchBody`.
fn says_role(name: &str, role: &str) -> bool {
    let letters = name.to_lowercase();
    letters.ends_with(role) || letters.ends_with("body")
}
