//! The tree of a contract: what was written, where, and nothing decided about it.
//!
//! One arena for all files of a run. A scalar keeps its text and how it was written; what it means (`NO`, `017`, `1e400`)
//! is asked of the [`Node`] by whoever knows which type belongs there. Nothing here reports or fails.

use super::literal::{Origin, Scalar};
use super::{number, scalar};
use crate::text::{FileId, Span};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Index of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes: its meaning depends on its text.
    Plain,
    /// In quotes: text.
    Quoted,
    /// As a YAML block: text.
    Block,
}

/// Where a text lies: in the file as written, or decoded in the tree's own store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextAt {
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) decoded: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Data {
    Scalar(TextAt, Style),
    Seq { first: u32, len: u32 },
    Map { first: u32, len: u32 },
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) data: Data,
    pub(super) span: Span,
    pub(super) parent: NodeId,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) key: TextAt,
    pub(super) key_span: Span,
    pub(super) value: NodeId,
}

/// All nodes of a contract and of the files it refers to.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    pub(super) texts: Vec<(FileId, Arc<str>)>,
    pub(super) decoded: String,
    pub(super) slots: Vec<Slot>,
    pub(super) items: Vec<NodeId>,
    pub(super) entries: Vec<Entry>,
    pub(super) roots: Vec<(FileId, NodeId)>,
    /// How many entries behind those of a mapping are hidden.
    pub(super) hidden: HashMap<NodeId, u32>,
    /// How many free places there are behind the items or entries of a node that has grown.
    pub(super) spare: HashMap<NodeId, u32>,
    /// How many nodes were copied since it was read.
    pub(super) copies: usize,
    /// Files that were laid over the first one.
    pub(super) layers: Vec<FileId>,
    /// Members that a layer took away: JSON Pointer in the first file, and what took them away.
    pub(super) removed: HashMap<String, Span>,
}

/// What a node is, without what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Scalar,
    Seq,
    Map,
}

/// A node of a tree: the handle everything is read through. Copy.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

/// One member of a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Member<'t> {
    /// The key's text.
    pub key: &'t str,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node<'t>,
}

impl Tree {
    /// The root of the first file.
    pub fn root(&self) -> Option<Node<'_>> {
        self.roots.first().map(|(_, id)| self.node(*id))
    }

    /// The root of a file.
    pub fn root_of(&self, file: FileId) -> Option<Node<'_>> {
        self.roots
            .iter()
            .find(|(at, _)| *at == file)
            .map(|(_, id)| self.node(*id))
    }

    /// The roots of all files.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|(_, id)| self.node(*id))
    }

    /// The handle of a node.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Is there no node?
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Hides members of a mapping: nobody who goes through it meets them, and only a JSON Pointer still leads there.
    pub fn hide(&mut self, map: NodeId, values: &HashSet<NodeId>) {
        let Some(Slot {
            data: Data::Map { first, len },
            ..
        }) = self.slots.get_mut(map.0 as usize)
        else {
            return;
        };
        let Some(entries) = self.entries.get_mut(*first as usize..(*first + *len) as usize) else {
            return;
        };
        // The sort is stable: what stays keeps its order.
        entries.sort_by_key(|entry| values.contains(&entry.value));
        let hidden = entries.iter().filter(|entry| values.contains(&entry.value)).count();
        let hidden = u32::try_from(hidden).unwrap_or(u32::MAX);
        *len -= hidden;
        *self.hidden.entry(map).or_default() += hidden;
    }

    /// The text of a key: a mapping may have members of several files.
    pub(super) fn key(&self, entry: &Entry) -> &str {
        self.text_at(entry.key_span.file, entry.key)
    }

    pub(super) fn text_at(&self, file: FileId, at: TextAt) -> &str {
        let store = if at.decoded {
            self.decoded.as_str()
        } else {
            self.texts
                .iter()
                .find(|(id, _)| *id == file)
                .map_or("", |(_, text)| text)
        };
        store
            .get(at.start as usize..at.start as usize + at.len as usize)
            .unwrap_or("")
    }
}

impl<'t> Node<'t> {
    /// Its id.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its tree.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Where it stands.
    pub fn span(self) -> Span {
        self.slot().span
    }

    /// The file that it belongs to, which is where its references lead: the file in which it stands, or the first one
    /// where it stands in a layer over that.
    pub fn document(self) -> FileId {
        let file = self.span().file;
        match self.tree.roots.first() {
            Some((first, _)) if self.tree.layers.contains(&file) => *first,
            _ => file,
        }
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        match self.slot().data {
            Data::Scalar(..) => Kind::Scalar,
            Data::Seq { .. } => Kind::Seq,
            Data::Map { .. } => Kind::Map,
        }
    }

    /// Is it a mapping?
    pub fn is_map(self) -> bool {
        self.kind() == Kind::Map
    }

    /// Is it a sequence?
    pub fn is_seq(self) -> bool {
        self.kind() == Kind::Seq
    }

    /// Members of a mapping in the order written; none for anything else.
    pub fn members(self) -> impl ExactSizeIterator<Item = Member<'t>> + Clone {
        let tree = self.tree;
        self.entries().iter().map(move |entry| Member {
            key: tree.key(entry),
            key_span: entry.key_span,
            value: tree.node(entry.value),
        })
    }

    /// Items of a sequence; none for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'t>> + Clone {
        let tree = self.tree;
        let ids = match self.slot().data {
            Data::Seq { first, len } => &tree.items[first as usize..(first + len) as usize],
            _ => &[],
        };
        ids.iter().map(move |id| tree.node(*id))
    }

    /// A member of a mapping.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.member(key).map(|member| member.value)
    }

    /// A member of a mapping with its key.
    pub fn member(self, key: &str) -> Option<Member<'t>> {
        self.members().find(|member| member.key == key)
    }

    /// How many members or items it has.
    pub fn len(self) -> usize {
        match self.slot().data {
            Data::Scalar(..) => 0,
            Data::Seq { len, .. } | Data::Map { len, .. } => len as usize,
        }
    }

    /// Has it no members and no items?
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The text of a scalar as written (quotes and escapes taken away), whatever it means.
    pub fn text(self) -> Option<&'t str> {
        match self.slot().data {
            Data::Scalar(at, _) => Some(self.tree.text_at(self.slot().span.file, at)),
            _ => None,
        }
    }

    /// How a scalar was written.
    pub fn style(self) -> Option<Style> {
        match self.slot().data {
            Data::Scalar(_, style) => Some(style),
            _ => None,
        }
    }

    /// What a scalar means where nothing says otherwise: the core schema of YAML 1.2, which is JSON for JSON.
    pub fn scalar(self) -> Option<Scalar> {
        Some(match (self.style()?, self.text()?) {
            (Style::Plain, text) => scalar::resolve(text),
            (_, text) => Scalar::String(text.to_owned()),
        })
    }

    /// The text where a string belongs: any scalar but a plain `null`. (`NO`, `017` and `1.10` are text when asked for.)
    pub fn as_str(self) -> Option<&'t str> {
        self.text().filter(|_| !self.is_null())
    }

    /// The truth value of a plain `true` or `false`.
    pub fn as_bool(self) -> Option<bool> {
        match (self.style()?, self.text()?) {
            (Style::Plain, text) => scalar::boolean(text),
            _ => None,
        }
    }

    /// The JSON text of a plain number, digits as written.
    pub fn as_number(self) -> Option<String> {
        match self.scalar()? {
            Scalar::Number(text) => Some(text),
            _ => None,
        }
    }

    /// A plain whole number of 64 bits without sign (`3`, `3.0` and `3e0`).
    pub fn as_u64(self) -> Option<u64> {
        u64::try_from(number::whole(&self.as_number()?)?).ok()
    }

    /// Is it a plain `null`?
    pub fn is_null(self) -> bool {
        self.style() == Some(Style::Plain) && self.text().is_some_and(scalar::is_null)
    }

    /// Where its name stands: the key it is the value of, else the start of the node itself. What to point at when
    /// something is missing in it.
    pub fn name_span(self) -> Span {
        let holder = self.parent().filter(|parent| parent.is_map());
        let key = holder.and_then(|parent| parent.entries_and_hidden().iter().find(|entry| entry.value == self.id));
        key.map_or_else(|| self.span(), |entry| entry.key_span)
    }

    /// The node that holds it; `None` for a root.
    pub fn parent(self) -> Option<Node<'t>> {
        let parent = self.slot().parent;
        (parent != self.id).then(|| self.tree.node(parent))
    }

    /// The node below it that a JSON Pointer (already percent-decoded) names.
    pub fn at(self, pointer: &str) -> Option<Node<'t>> {
        let mut node = self;
        if pointer.is_empty() {
            return Some(node);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            let token = token.replace("~1", "/").replace("~0", "~");
            node = match node.kind() {
                Kind::Map => node.get(&token).or_else(|| node.hidden(&token))?,
                Kind::Seq if token == "0" || !token.starts_with('0') => node.items().nth(token.parse().ok()?)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// Its JSON Pointer in its file (RFC 6901); empty for a root.
    pub fn pointer(self) -> String {
        let mut tokens = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent() {
            let id = node.id;
            tokens.push(match parent.kind() {
                Kind::Map => parent
                    .entries_and_hidden()
                    .iter()
                    .find(|entry| entry.value == id)
                    .map_or_else(String::new, |entry| escape(self.tree.key(entry))),
                _ => parent
                    .items()
                    .position(|item| item.id == id)
                    .map_or_else(String::new, |at| at.to_string()),
            });
            node = parent;
        }
        tokens
            .iter()
            .rev()
            .fold(String::new(), |pointer, token| pointer + "/" + token)
    }

    /// Place and pointer together.
    pub fn origin(self) -> Origin {
        Origin {
            pointer: self.pointer(),
            span: self.span(),
        }
    }

    fn slot(self) -> &'t Slot {
        &self.tree.slots[self.id.0 as usize]
    }

    fn entries(self) -> &'t [Entry] {
        match self.slot().data {
            Data::Map { first, len } => &self.tree.entries[first as usize..(first + len) as usize],
            _ => &[],
        }
    }

    fn entries_and_hidden(self) -> &'t [Entry] {
        let hidden = self.tree.hidden.get(&self.id).copied().unwrap_or(0);
        match self.slot().data {
            Data::Map { first, len } => &self.tree.entries[first as usize..(first + len + hidden) as usize],
            _ => &[],
        }
    }

    /// A member that is hidden.
    fn hidden(self, key: &str) -> Option<Node<'t>> {
        let hidden = self.entries_and_hidden().get(self.entries().len()..)?;
        let found = hidden.iter().find(|entry| self.tree.key(entry) == key)?;
        Some(self.tree.node(found.value))
    }
}

/// One token of a JSON Pointer, escaped.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}
