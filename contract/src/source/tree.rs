//! The tree of a contract: text and locations, uninterpreted.
//!
//! One arena for all files of a run. A scalar keeps its text and style; the caller, who knows the expected type, asks
//! the [`Node`] for its meaning (`NO`, `017`, `1e400`). Nothing here reports or fails.

use super::literal::{Origin, Scalar};
use super::wide::{KeyPosition, WideMaps};
use super::{literal, number};
use crate::limits;
use crate::text::{FileId, Span};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Index of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct NodeId(pub u32);

/// Notation of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notation {
    /// Without quotes: its meaning depends on its text.
    Plain,
    /// In quotes: text.
    Quoted,
    /// YAML block scalar, always text.
    Block,
}

/// Storage of a text: in the file verbatim, or decoded in the tree's own store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextAt {
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) decoded: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Data {
    Scalar(TextAt, Notation),
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
pub(super) struct MemberEntry {
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
    pub(super) entries: Vec<MemberEntry>,
    pub(super) roots: Vec<(FileId, NodeId)>,
    /// Files that the first one refers to, each with its path below the folder that may be read.
    pub(crate) others: Vec<(FileId, String)>,
    /// Number of hidden entries after those of a mapping.
    pub(super) hidden: HashMap<NodeId, u32>,
    /// Number of free places after the items or entries of a node that has grown.
    pub(super) spare: HashMap<NodeId, u32>,
    /// Number of nodes copied since the tree was read.
    pub(super) copies: usize,
    /// Files laid over the first one.
    pub(super) layers: Vec<FileId>,
    /// Lookup of members, once the tree is complete.
    pub(super) wide: WideMaps,
    /// Members removed by a layer: JSON Pointer in the first file, and the action.
    pub(super) removed: HashMap<String, Span>,
}

/// Kind of a node, without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum NodeKind {
    Scalar,
    Seq,
    Map,
}

/// A node of a tree: the handle for all reading. `Copy`.
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
    /// Location of the key.
    pub key_span: Span,
    /// The value.
    pub value: Node<'t>,
}

impl Tree {
    /// Returns the root of the first file.
    pub fn root(&self) -> Option<Node<'_>> {
        self.roots.first().map(|(_, id)| self.node(*id))
    }

    /// Returns the root of a file.
    pub fn root_of(&self, file: FileId) -> Option<Node<'_>> {
        self.roots
            .iter()
            .find(|(at, _)| *at == file)
            .map(|(_, id)| self.node(*id))
    }

    /// Returns the roots of all files.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|(_, id)| self.node(*id))
    }

    /// Returns the handle of a node.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Returns true if there is no node.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Prepares the lookup of members in wide mappings. A later change of the tree ends it.
    pub fn index_wide_maps(&mut self) {
        let mut wide = WideMaps::default();
        for (id, slot) in (0u32..).zip(&self.slots) {
            let Data::Map { first, len } = slot.data else { continue };
            if len as usize >= limits::WIDE {
                let entries = &self.entries[first as usize..(first + len) as usize];
                wide.add(id, entries.iter().map(|entry| self.key(entry)));
            }
        }
        self.wide = wide;
    }

    /// Hides members of a mapping: iteration skips them, and only a JSON Pointer still leads there.
    pub fn hide(&mut self, map: NodeId, values: &HashSet<NodeId>) {
        self.wide.clear();
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
        // The sort is stable: the rest keeps its order.
        entries.sort_by_key(|entry| values.contains(&entry.value));
        let hidden = entries.iter().filter(|entry| values.contains(&entry.value)).count();
        let hidden = u32::try_from(hidden).unwrap_or(u32::MAX);
        *len -= hidden;
        *self.hidden.entry(map).or_default() += hidden;
    }

    /// Returns the text of a key: a mapping may have members of several files.
    pub(super) fn key(&self, entry: &MemberEntry) -> &str {
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
    /// Returns its id.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Returns its tree.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Returns its span.
    pub fn span(self) -> Span {
        self.slot().span
    }

    /// Returns the file in which its references are resolved: the file of its span, or the first file for a node of a
    /// layer over that.
    pub fn document(self) -> FileId {
        let file = self.span().file;
        match self.tree.roots.first() {
            Some((first, _)) if self.tree.layers.contains(&file) => *first,
            _ => file,
        }
    }

    /// Returns its kind.
    pub fn kind(self) -> NodeKind {
        match self.slot().data {
            Data::Scalar(..) => NodeKind::Scalar,
            Data::Seq { .. } => NodeKind::Seq,
            Data::Map { .. } => NodeKind::Map,
        }
    }

    /// Returns true for a mapping.
    pub fn is_map(self) -> bool {
        self.kind() == NodeKind::Map
    }

    /// Returns true for a sequence.
    pub fn is_seq(self) -> bool {
        self.kind() == NodeKind::Seq
    }

    /// Returns the members of a mapping in the order written; empty for other kinds.
    pub fn members(self) -> impl ExactSizeIterator<Item = Member<'t>> + Clone {
        let tree = self.tree;
        self.entries().iter().map(move |entry| Member {
            key: tree.key(entry),
            key_span: entry.key_span,
            value: tree.node(entry.value),
        })
    }

    /// Returns the keys of a mapping, also of the members that a selection hides.
    pub fn keys_and_hidden(self) -> impl Iterator<Item = &'t str> {
        let tree = self.tree;
        self.entries_and_hidden().iter().map(move |entry| tree.key(entry))
    }

    /// Returns the items of a sequence; empty for other kinds.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'t>> + Clone {
        let tree = self.tree;
        self.item_ids().iter().map(move |id| tree.node(*id))
    }

    /// Returns the value of a member.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.member(key).map(|member| member.value)
    }

    /// Returns a member of a mapping with its key.
    pub fn member(self, key: &str) -> Option<Member<'t>> {
        let (tree, entries) = (self.tree, self.entries());
        // Most keys differ in length, which costs no look at the text.
        let is_it = |entry: &&MemberEntry| entry.key.len as usize == key.len() && tree.key(entry) == key;
        let place = if entries.len() < limits::WIDE {
            KeyPosition::Unknown
        } else {
            tree.wide.place(self.id.0, key)
        };
        let known = match place {
            KeyPosition::Nowhere => return None,
            KeyPosition::At(at) => entries.get(at).filter(is_it),
            KeyPosition::Unknown => None,
        };
        let entry = known.or_else(|| entries.iter().find(is_it))?;
        Some(Member {
            key: tree.key(entry),
            key_span: entry.key_span,
            value: tree.node(entry.value),
        })
    }

    /// Returns the number of members or items.
    pub fn len(self) -> usize {
        match self.slot().data {
            Data::Scalar(..) => 0,
            Data::Seq { len, .. } | Data::Map { len, .. } => len as usize,
        }
    }

    /// Returns true if it has no members and no items.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns the text of a scalar as written, without quotes and escapes, whatever its meaning.
    pub fn text(self) -> Option<&'t str> {
        match self.slot().data {
            Data::Scalar(at, _) => Some(self.tree.text_at(self.slot().span.file, at)),
            _ => None,
        }
    }

    /// Returns the notation of a scalar.
    pub fn style(self) -> Option<Notation> {
        match self.slot().data {
            Data::Scalar(_, style) => Some(style),
            _ => None,
        }
    }

    /// Returns the meaning of a scalar without a type: the core schema of YAML 1.2, which is JSON for JSON.
    pub fn scalar(self) -> Option<Scalar> {
        Some(match (self.style()?, self.text()?) {
            (Notation::Plain, text) => literal::resolve(text),
            (_, text) => Scalar::String(text.to_owned()),
        })
    }

    /// Returns the text where a string is expected: any scalar but a plain `null` (also `NO`, `017` and `1.10`).
    pub fn as_str(self) -> Option<&'t str> {
        self.text().filter(|_| !self.is_null())
    }

    /// Returns the value of a plain `true` or `false`.
    pub fn as_bool(self) -> Option<bool> {
        match (self.style()?, self.text()?) {
            (Notation::Plain, text) => literal::boolean(text),
            _ => None,
        }
    }

    /// Returns the JSON text of a plain number, digits as written.
    pub fn as_number(self) -> Option<String> {
        match self.scalar()? {
            Scalar::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a plain unsigned 64-bit integer (`3`, `3.0` and `3e0`).
    pub fn as_u64(self) -> Option<u64> {
        u64::try_from(number::whole(&self.as_number()?)?).ok()
    }

    /// Returns true for a plain `null`.
    pub fn is_null(self) -> bool {
        self.style() == Some(Notation::Plain) && self.text().is_some_and(literal::is_null)
    }

    /// Returns the span of its key, else the start of the node itself: the location for errors about missing members.
    pub fn name_span(self) -> Span {
        let holder = self.parent().filter(|parent| parent.is_map());
        let key = holder.and_then(|parent| with_value(parent.entries_and_hidden(), self.id));
        key.map_or_else(|| self.span(), |entry| entry.key_span)
    }

    /// Returns its parent; `None` for a root.
    pub fn parent(self) -> Option<Node<'t>> {
        let parent = self.slot().parent;
        (parent != self.id).then(|| self.tree.node(parent))
    }

    /// Returns the node below it at a JSON Pointer (already percent-decoded).
    pub fn at(self, pointer: &str) -> Option<Node<'t>> {
        let mut node = self;
        if pointer.is_empty() {
            return Some(node);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            let token = token.replace("~1", "/").replace("~0", "~");
            node = match node.kind() {
                NodeKind::Map => node.get(&token).or_else(|| node.hidden(&token))?,
                NodeKind::Seq if token == "0" || !token.starts_with('0') => node.items().nth(token.parse().ok()?)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// Returns its JSON Pointer in its file (RFC 6901); empty for a root.
    pub fn pointer(self) -> String {
        let mut tokens = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent() {
            let id = node.id;
            tokens.push(match parent.kind() {
                NodeKind::Map => with_value(parent.entries_and_hidden(), id)
                    .map_or_else(String::new, |entry| escape(self.tree.key(entry))),
                _ => position(parent.item_ids(), id).map_or_else(String::new, |at| at.to_string()),
            });
            node = parent;
        }
        tokens
            .iter()
            .rev()
            .fold(String::new(), |pointer, token| pointer + "/" + token)
    }

    /// Returns span and pointer together.
    pub fn origin(self) -> Origin {
        Origin {
            pointer: self.pointer(),
            span: self.span(),
        }
    }

    fn slot(self) -> &'t Slot {
        &self.tree.slots[self.id.0 as usize]
    }

    fn item_ids(self) -> &'t [NodeId] {
        match self.slot().data {
            Data::Seq { first, len } => &self.tree.items[first as usize..(first + len) as usize],
            _ => &[],
        }
    }

    fn entries(self) -> &'t [MemberEntry] {
        match self.slot().data {
            Data::Map { first, len } => &self.tree.entries[first as usize..(first + len) as usize],
            _ => &[],
        }
    }

    fn entries_and_hidden(self) -> &'t [MemberEntry] {
        let hidden = self.tree.hidden.get(&self.id).copied().unwrap_or(0);
        match self.slot().data {
            Data::Map { first, len } => &self.tree.entries[first as usize..(first + len + hidden) as usize],
            _ => &[],
        }
    }

    /// Returns a hidden member.
    fn hidden(self, key: &str) -> Option<Node<'t>> {
        let hidden = self.entries_and_hidden().get(self.entries().len()..)?;
        let found = hidden.iter().find(|entry| self.tree.key(entry) == key)?;
        Some(self.tree.node(found.value))
    }
}

/// Escapes one token of a JSON Pointer.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// Returns the text of a JSON Pointer; empty for the whole document.
pub fn pointer(tokens: &[String]) -> String {
    tokens
        .iter()
        .fold(String::new(), |text, token| text + "/" + &escape(token))
}

/// Returns the member with a value. Values that were read in order are found at once.
fn with_value(entries: &[MemberEntry], value: NodeId) -> Option<&MemberEntry> {
    match entries.binary_search_by_key(&value, |entry| entry.value) {
        Ok(at) => entries.get(at),
        Err(_) => entries.iter().find(|entry| entry.value == value),
    }
}

/// Returns the position of an item. Items that were read in order are found at once.
fn position(items: &[NodeId], item: NodeId) -> Option<usize> {
    let found = items.binary_search(&item).ok();
    found.or_else(|| items.iter().position(|other| *other == item))
}
