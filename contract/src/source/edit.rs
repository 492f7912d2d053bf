//! Edits of a tree, for overlays on a contract.
//!
//! A node from an overlay keeps its location there, so that errors in it are shown there. Copies are limited in number
//! and depth like parsed nodes. Each function makes one change; callers decide which. [`Tree::compact`] keeps only
//! reachable nodes, in the order of the contract.

use super::tree::{Data, MemberEntry, NodeId, Notation, Slot, TextAt, Tree};
use crate::limits;
use crate::text::Span;
use std::collections::HashMap;

/// Error: a copy would make the tree larger or deeper than a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// A node to make around nodes that are there. [`Tree::compact`] copies a node that has several places.
#[derive(Debug)]
pub enum Graft {
    /// A node that is there.
    Node(NodeId),
    /// A text.
    Text(String, Span),
    /// `true` or `false`.
    Plain(&'static str, Span),
    /// A mapping: members with their keys and the locations of these.
    Map(Vec<(String, Span, Graft)>, Span),
    /// A sequence.
    Seq(Vec<Graft>, Span),
}

impl Tree {
    /// Makes a node without a parent. Of two members with one key the later one stays; the key of the other is added to `dropped`.
    pub fn graft(&mut self, graft: Graft, dropped: &mut Vec<Span>) -> NodeId {
        let slot = |data, span| Slot {
            data,
            span,
            parent: NodeId::default(),
        };
        match graft {
            Graft::Node(node) => node,
            Graft::Text(text, span) => {
                let data = Data::Scalar(self.decode(&text), Notation::Quoted);
                self.push(slot(data, span), None)
            }
            Graft::Plain(text, span) => {
                let data = Data::Scalar(self.decode(text), Notation::Plain);
                self.push(slot(data, span), None)
            }
            Graft::Seq(items, span) => {
                let items = items.into_iter().map(|item| self.graft(item, dropped)).collect();
                let seq = self.push(slot(Data::Seq { first: 0, len: 0 }, span), None);
                self.set_items(seq, items);
                seq
            }
            Graft::Map(members, span) => {
                let mut entries: Vec<MemberEntry> = Vec::with_capacity(members.len());
                let mut known: HashMap<String, usize> = HashMap::new();
                for (key, key_span, value) in members {
                    let entry = MemberEntry {
                        key: self.decode(&key),
                        key_span,
                        value: self.graft(value, dropped),
                    };
                    if let Some(at) = known.get(&key) {
                        dropped.push(std::mem::replace(&mut entries[*at], entry).key_span);
                    } else {
                        known.insert(key, entries.len());
                        entries.push(entry);
                    }
                }
                let map = self.push(slot(Data::Map { first: 0, len: 0 }, span), None);
                self.set_entries(map, entries);
                map
            }
        }
    }

    /// Makes a node in the place of another one. `dropped` is that of [`Self::graft`].
    pub fn put(&mut self, at: NodeId, graft: Graft, dropped: &mut Vec<Span>) {
        let new = self.graft(graft, dropped);
        self.slots[at.0 as usize] = Slot {
            parent: self.slot(at).parent,
            ..*self.slot(new)
        };
    }

    /// Replaces the text of a scalar, which keeps its location.
    pub fn set_text(&mut self, scalar: NodeId, text: &str) {
        self.slots[scalar.0 as usize].data = Data::Scalar(self.decode(text), Notation::Quoted);
    }

    /// Replaces key and value of a member, which keeps its location.
    pub fn set_member(&mut self, map: NodeId, key: &str, new: &str, value: Graft) {
        let (value, new) = (self.graft(value, &mut Vec::new()), self.decode(new));
        let Data::Map { first, len } = self.slot(map).data else {
            return;
        };
        for at in first as usize..(first + len) as usize {
            if self.key(&self.entries[at]) == key {
                self.entries[at].key = new;
                self.entries[at].value = value;
            }
        }
    }

    /// Makes the file that was read last a layer: it has no root of its own, and references in it start at the first
    /// file.
    pub fn lay(&mut self, root: NodeId) {
        let Some(at) = self.roots.iter().position(|(_, id)| *id == root) else {
            return;
        };
        let (file, _) = self.roots.remove(at);
        self.layers.push(file);
    }

    /// Returns true if a layer lies over the first file.
    pub fn is_layered(&self) -> bool {
        !self.layers.is_empty()
    }

    /// Copies a node without a parent; all of it is located at `place`, where the copy was requested.
    pub fn copied(&mut self, of: NodeId, place: Span) -> Result<NodeId, Full> {
        let (first, copy) = (self.slots.len(), self.copy_below(of, None, 0)?);
        for at in first..self.slots.len() {
            match self.slots[at].data {
                Data::Scalar(text, style) => {
                    let text = self.text_at(self.slots[at].span.file, text).to_owned();
                    self.slots[at].data = Data::Scalar(self.decode(&text), style);
                }
                Data::Map { first, len } => {
                    for entry in first as usize..(first + len) as usize {
                        let key = self.key(&self.entries[entry]).to_owned();
                        self.entries[entry].key = self.decode(&key);
                        self.entries[entry].key_span = place;
                    }
                }
                Data::Seq { .. } => {}
            }
            self.slots[at].span = place;
        }
        Ok(copy)
    }

    /// Appends copies of nodes to a sequence.
    pub fn append(&mut self, seq: NodeId, of: &[NodeId]) -> Result<(), Full> {
        let depth = self.depth(seq);
        for of in of {
            let item = self.copy_below(*of, Some(seq), depth + 1)?;
            if let Data::Seq { first, len } = self.slot(seq).data {
                let (first, room) = grown(&mut self.items, first, len, self.spare.get(&seq).copied(), item);
                self.spare.insert(seq, room);
                self.slots[seq.0 as usize].data = Data::Seq { first, len: len + 1 };
            }
        }
        Ok(())
    }

    /// Copies a member of another mapping, key and value: replaces the member of that name, or appends.
    pub fn take_over(&mut self, map: NodeId, member: NodeId) -> Result<(), Full> {
        self.wide.clear();
        let holder = self.slot(member).parent;
        let Some(brought) = self.entries_of(holder).iter().find(|entry| entry.value == member) else {
            return Ok(());
        };
        let brought = *brought;
        let value = self.copy_below(member, Some(map), self.depth(map) + 1)?;
        let brought = MemberEntry { value, ..brought };
        let mut entries = self.entries_of(map).iter();
        let same = entries.position(|entry| self.key(entry) == self.key(&brought));
        if let Data::Map { first, len } = self.slot(map).data {
            if let Some(at) = same {
                self.entries[first as usize + at] = brought;
                return Ok(());
            }
            let (first, room) = grown(&mut self.entries, first, len, self.spare.get(&map).copied(), brought);
            self.spare.insert(map, room);
            self.slots[map.0 as usize].data = Data::Map { first, len: len + 1 };
        }
        Ok(())
    }

    /// Replaces a node by a copy of another one; it keeps its key but has the copy's location.
    pub fn replace(&mut self, node: NodeId, by: NodeId) -> Result<NodeId, Full> {
        self.wide.clear();
        let parent = self.slot(node).parent;
        let value = self.copy_below(by, Some(parent), self.depth(parent) + 1)?;
        let place = self.slot(by).span;
        match self.slot(parent).data {
            Data::Map { first, len } => {
                for at in first as usize..(first + len) as usize {
                    if self.entries[at].value == node {
                        let key = self.key(&self.entries[at]).to_owned();
                        self.entries[at] = MemberEntry {
                            key: self.decode(&key),
                            key_span: place,
                            value,
                        };
                    }
                }
            }
            Data::Seq { first, len } => {
                for item in &mut self.items[first as usize..(first + len) as usize] {
                    if *item == node {
                        *item = value;
                    }
                }
            }
            Data::Scalar(..) => {}
        }
        Ok(value)
    }

    /// Removes a node from the mapping or the sequence that holds it; `by` is the action that requested it.
    pub fn remove(&mut self, node: NodeId, by: Span) {
        self.wide.clear();
        let parent = self.slot(node).parent;
        match self.slot(parent).data {
            Data::Map { first, len } => {
                let pointer = self.node(node).pointer();
                let len = shrunk(&mut self.entries, first, len, |entry| entry.value == node);
                self.spare.remove(&parent);
                self.slots[parent.0 as usize].data = Data::Map { first, len };
                self.removed.insert(pointer, by);
            }
            Data::Seq { first, len } => {
                let len = shrunk(&mut self.items, first, len, |item| *item == node);
                self.spare.remove(&parent);
                self.slots[parent.0 as usize].data = Data::Seq { first, len };
            }
            Data::Scalar(..) => {}
        }
    }

    /// Returns the action that removed the member at a JSON Pointer into the first file, or one that contained it.
    pub fn removed_at(&self, pointer: &str) -> Option<Span> {
        let mut pointer = pointer;
        loop {
            if let Some(by) = self.removed.get(pointer) {
                return Some(*by);
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }

    /// Returns true if a root contains it.
    pub fn is_held(&self, node: NodeId) -> bool {
        let mut at = self.node(node);
        while let Some(parent) = at.parent() {
            let holds = parent.members().any(|member| member.value.id() == at.id())
                || parent.items().any(|item| item.id() == at.id());
            if !holds {
                return false;
            }
            at = parent;
        }
        self.roots.iter().any(|(_, root)| *root == at.id())
    }

    /// Drops all nodes that no root contains, and renumbers the others in the order of the contract.
    pub fn compact(&mut self) {
        let (slots, items, entries) = (
            std::mem::take(&mut self.slots),
            std::mem::take(&mut self.items),
            std::mem::take(&mut self.entries),
        );
        self.spare.clear();
        let old = Old { slots, items, entries };
        let roots = std::mem::take(&mut self.roots);
        self.roots = roots
            .into_iter()
            .map(|(file, root)| (file, self.keep(&old, root, None)))
            .collect();
    }

    fn keep(&mut self, old: &Old, of: NodeId, parent: Option<NodeId>) -> NodeId {
        let slot = old.slots[of.0 as usize];
        let node = self.push(slot, parent);
        match slot.data {
            Data::Scalar(..) => {}
            Data::Seq { first, len } => {
                let children = &old.items[first as usize..(first + len) as usize];
                let items = children.iter().map(|item| self.keep(old, *item, Some(node))).collect();
                self.set_items(node, items);
            }
            Data::Map { first, len } => {
                let children = &old.entries[first as usize..(first + len) as usize];
                let entries = children.iter().map(|entry| MemberEntry {
                    value: self.keep(old, entry.value, Some(node)),
                    ..*entry
                });
                let entries = entries.collect();
                self.set_entries(node, entries);
            }
        }
        node
    }

    fn copy_below(&mut self, of: NodeId, parent: Option<NodeId>, depth: usize) -> Result<NodeId, Full> {
        self.copied_below(of, parent, depth, &mut |tree, _, depth| {
            tree.copies += 1;
            let is_full = depth >= limits::FILE_DEPTH || tree.copies > limits::OVERLAY_COPIES;
            if is_full { Err(Full) } else { Ok(()) }
        })
    }

    /// Copies a node with everything below it; `check` may refuse each copy, given the node and its depth.
    pub(super) fn copied_below<E>(
        &mut self,
        of: NodeId,
        parent: Option<NodeId>,
        depth: usize,
        check: &mut dyn FnMut(&mut Self, NodeId, usize) -> Result<(), E>,
    ) -> Result<NodeId, E> {
        check(self, of, depth)?;
        let slot = *self.slot(of);
        let node = self.push(slot, parent);
        match slot.data {
            Data::Scalar(..) => {}
            Data::Seq { first, len } => {
                let mut items = Vec::with_capacity(len as usize);
                for at in first..first + len {
                    items.push(self.copied_below(self.items[at as usize], Some(node), depth + 1, check)?);
                }
                self.set_items(node, items);
            }
            Data::Map { first, len } => {
                let mut entries = Vec::with_capacity(len as usize);
                for at in first..first + len {
                    let entry = self.entries[at as usize];
                    let value = self.copied_below(entry.value, Some(node), depth + 1, check)?;
                    entries.push(MemberEntry { value, ..entry });
                }
                self.set_entries(node, entries);
            }
        }
        Ok(node)
    }

    fn push(&mut self, slot: Slot, parent: Option<NodeId>) -> NodeId {
        let node = NodeId(count(self.slots.len()));
        let parent = parent.unwrap_or(node);
        self.slots.push(Slot { parent, ..slot });
        node
    }

    fn slot(&self, node: NodeId) -> &Slot {
        &self.slots[node.0 as usize]
    }

    fn depth(&self, node: NodeId) -> usize {
        std::iter::successors(Some(self.node(node)), |node| node.parent()).count()
    }

    fn entries_of(&self, map: NodeId) -> &[MemberEntry] {
        match self.slot(map).data {
            Data::Map { first, len } => &self.entries[first as usize..(first + len) as usize],
            _ => &[],
        }
    }

    pub(super) fn decode(&mut self, text: &str) -> TextAt {
        let start = count(self.decoded.len());
        self.decoded.push_str(text);
        TextAt {
            start,
            len: count(text.len()),
            decoded: true,
        }
    }

    fn set_items(&mut self, seq: NodeId, items: Vec<NodeId>) {
        let data = Data::Seq {
            first: count(self.items.len()),
            len: count(items.len()),
        };
        self.items.extend(items);
        self.slots[seq.0 as usize].data = data;
    }

    fn set_entries(&mut self, map: NodeId, entries: Vec<MemberEntry>) {
        let data = Data::Map {
            first: count(self.entries.len()),
            len: count(entries.len()),
        };
        self.entries.extend(entries);
        self.slots[map.0 as usize].data = data;
    }
}

/// Appends to the children of a node; moves them, with room to double, if they have none. Returns their first index and
/// the room left.
fn grown<T: Copy>(all: &mut Vec<T>, first: u32, len: u32, spare: Option<u32>, one: T) -> (u32, u32) {
    if let Some(room @ 1..) = spare {
        all[(first + len) as usize] = one;
        return (first, room - 1);
    }
    let start = count(all.len());
    all.extend_from_within(first as usize..(first + len) as usize);
    all.extend(std::iter::repeat_n(one, len as usize + 1));
    (start, len)
}

/// Removes the matching children in place; returns how many are left.
fn shrunk<T: Copy>(all: &mut [T], first: u32, len: u32, is_meant: impl Fn(&T) -> bool) -> u32 {
    let (first, end) = (first as usize, (first + len) as usize);
    let mut kept = first;
    for at in first..end {
        if !is_meant(&all[at]) {
            all[kept] = all[at];
            kept += 1;
        }
    }
    count(kept - first)
}

/// A tree before [`Tree::compact`].
struct Old {
    slots: Vec<Slot>,
    items: Vec<NodeId>,
    entries: Vec<MemberEntry>,
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use crate::diag::{Levels, Report};
    use crate::source::{load, to_json};

    #[test]
    fn room_for_what_is_added_and_taken_away_grows_with_what_is_there() {
        let mut report = Report::new(Levels::strict());
        let mut tree = load("a.json", br#"{"of":{"m":0},"to":{},"list":[]}"#, &mut report).expect("JSON");
        let at = |tree: &crate::source::Tree, pointer: &str| {
            tree.root().and_then(|root| root.at(pointer)).expect("it is there").id()
        };
        let (map, list, value) = (at(&tree, "/to"), at(&tree, "/list"), at(&tree, "/of/m"));
        for _ in 0..3000 {
            tree.append(list, &[value]).expect("room");
            tree.take_over(map, value).expect("room");
        }
        assert_eq!((tree.node(map).len(), tree.node(list).len()), (1, 3000));
        let third = |tree: &crate::source::Tree| tree.node(list).items().nth(2).map(crate::source::Node::id);
        while let Some(third) = third(&tree) {
            tree.remove(third, crate::text::Span::NOWHERE);
        }
        assert!(tree.items.len() < 20_000, "{} places for items", tree.items.len());
        assert!(tree.entries.len() < 20_000, "{} places for members", tree.entries.len());
        tree.compact();
        let root = tree.root().map(to_json);
        assert_eq!(root.as_deref(), Some(r#"{"of":{"m":0},"to":{"m":0},"list":[0,0]}"#));
    }
}
