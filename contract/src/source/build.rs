//! Builds a tree from reader events, within limits: checks duplicate keys, depth, number of nodes and alias expansion
//! for YAML and JSON alike. Both readers emit the same seven events.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::tree::{Data, MemberEntry, NodeId, Notation, Slot, TextAt, Tree};
use crate::diag::{Code, Diagnostic, Level, Report};
use crate::limits;
use crate::text::{FileId, Span};

/// Limits of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLimits {
    /// Bytes of one file.
    pub bytes: usize,
    /// Nodes of one file, copies of aliases included.
    pub nodes: usize,
    /// Nodes that aliases of one file may copy.
    pub copies: usize,
    /// Nesting depth of sequences and mappings.
    pub depth: usize,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            bytes: limits::FILE_BYTES,
            nodes: limits::FILE_NODES,
            copies: limits::FILE_COPIES,
            depth: limits::FILE_DEPTH,
        }
    }
}

/// Stops the reader: the report has the reason.
#[derive(Debug)]
pub(super) struct Reported;

pub(super) struct TreeBuilder<'r> {
    tree: &'r mut Tree,
    report: &'r mut Report,
    limits: FileLimits,
    file: FileId,
    source: Arc<str>,
    open: Vec<OpenNode>,
    items: Vec<NodeId>,
    entries: Vec<MemberEntry>,
    root: Option<NodeId>,
    copied: usize,
    first: usize,
}

struct OpenNode {
    node: NodeId,
    /// Index of its first child in `items` or `entries`.
    from: usize,
    map: bool,
    key: Option<(TextAt, Span)>,
    /// Locations of its merge keys.
    merges: Vec<Span>,
}

impl<'r> TreeBuilder<'r> {
    pub(super) fn new(
        tree: &'r mut Tree,
        report: &'r mut Report,
        file: FileId,
        source: &Arc<str>,
        limits: FileLimits,
    ) -> Self {
        tree.texts.push((file, Arc::clone(source)));
        let first = tree.slots.len();
        Self {
            tree,
            report,
            limits,
            file,
            source: Arc::clone(source),
            open: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            root: None,
            copied: 0,
            first,
        }
    }

    /// Returns a span of this file.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.file, offset(start), offset(end))
    }

    /// Reports the reason for stopping.
    pub(super) fn fail(&mut self, diagnostic: Diagnostic) -> Reported {
        self.report.push(diagnostic);
        Reported
    }

    /// Returns true if a code is an error here.
    pub(super) fn refuses(&self, code: Code) -> bool {
        self.report.levels().level_of(code) == Level::Error
    }

    /// Reports a problem; stops if it is an error.
    pub(super) fn tolerate(&mut self, diagnostic: Diagnostic) -> Result<(), Reported> {
        let is_error = self.refuses(diagnostic.code);
        self.report.push(diagnostic);
        if is_error { Err(Reported) } else { Ok(()) }
    }

    /// Returns a text that is in the file verbatim.
    pub(super) fn written(start: usize, len: usize) -> TextAt {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        TextAt {
            start: offset(start),
            len: offset(len),
            decoded: false,
        }
    }

    /// Stores a text that had to be decoded.
    pub(super) fn decoded(&mut self, text: &str) -> TextAt {
        self.tree.decode(text)
    }

    /// Returns true if the innermost mapping expects a key.
    pub(super) fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.map && open.key.is_none())
    }

    pub(super) fn key(&mut self, text: TextAt, span: Span) {
        if let Some(open) = self.open.last_mut() {
            open.key = Some((text, span));
        }
    }

    /// Records a merge key, whose value adds members.
    pub(super) fn merge_key(&mut self, text: TextAt, span: Span) {
        self.key(text, span);
        if let Some(open) = self.open.last_mut() {
            open.merges.push(span);
        }
    }

    pub(super) fn scalar(&mut self, text: TextAt, style: Notation, span: Span) -> Result<NodeId, Reported> {
        let node = self.slot(Data::Scalar(text, style), span)?;
        self.place(node);
        Ok(node)
    }

    pub(super) fn open(&mut self, map: bool, span: Span) -> Result<NodeId, Reported> {
        if self.open.len() >= self.limits.depth {
            return Err(self.fail(too_deep(self.limits, span)));
        }
        let empty = if map {
            Data::Map { first: 0, len: 0 }
        } else {
            Data::Seq { first: 0, len: 0 }
        };
        let node = self.slot(empty, span)?;
        self.place(node);
        let from = if map { self.entries.len() } else { self.items.len() };
        self.open.push(OpenNode {
            node,
            from,
            map,
            key: None,
            merges: Vec::new(),
        });
        Ok(node)
    }

    /// Closes the innermost sequence or mapping; `end` is its end, `None`: the end of its last child.
    pub(super) fn close(&mut self, end: Option<usize>) -> Result<(), Reported> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        if let Some(span) = open.merges.get(limits::MERGE_KEYS) {
            let many = Diagnostic::new(
                Code::TooLarge,
                format!("more than {} merge keys in one mapping", limits::MERGE_KEYS),
            );
            return Err(self.fail(many.at(*span).help("write one `<<` whose value is a list of mappings")));
        }
        for span in &open.merges {
            merged_members(self.tree, &mut self.entries, open.from, open.node, *span)
                .map_err(|fault| self.fail(*fault))?;
        }
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let (data, last) = if open.map {
            self.refuse_duplicates(open.from);
            let first = self.tree.entries.len();
            let last = self
                .entries
                .last()
                .filter(|_| self.entries.len() > open.from)
                .map(|entry| entry.value);
            self.tree.entries.extend(self.entries.drain(open.from..));
            (
                Data::Map {
                    first: count(first),
                    len: count(self.tree.entries.len() - first),
                },
                last,
            )
        } else {
            let first = self.tree.items.len();
            let last = self.items.last().filter(|_| self.items.len() > open.from).copied();
            self.tree.items.extend(self.items.drain(open.from..));
            (
                Data::Seq {
                    first: count(first),
                    len: count(self.tree.items.len() - first),
                },
                last,
            )
        };
        let last_end = last
            .map(|node| self.tree.slots[node.0 as usize].span)
            .filter(|span| span.file == self.file);
        let slot = &mut self.tree.slots[open.node.0 as usize];
        slot.data = data;
        let end = end.map_or_else(|| last_end.map_or(0, |span| span.end), count);
        slot.span.end = end.max(slot.span.end);
        Ok(())
    }

    /// Copies a complete node: the target of an alias.
    pub(super) fn copy(&mut self, of: NodeId, at: Span) -> Result<(), Reported> {
        if self.open.iter().any(|open| open.node == of) {
            let span = self.tree.slots[of.0 as usize].span;
            let cyclic = Diagnostic::new(Code::CyclicAlias, "this alias refers to the anchor that contains it")
                .at(at)
                .also(span, "the anchor is here");
            return Err(self.fail(cyclic));
        }
        let depth = self.open.len();
        let parent = self.open.last().map(|open| open.node);
        let (limits, first, copied) = (self.limits, self.first, &mut self.copied);
        let copy = self.tree.copied_below(of, parent, depth, &mut |tree, of, depth| {
            *copied += 1;
            if *copied > limits.copies {
                let message = format!("aliases expand to more than {} nodes", limits.copies);
                let budget = Diagnostic::new(Code::AliasBudget, message).at(at);
                return Err(Box::new(budget.label("this alias exceeds the limit")));
            }
            if depth > limits.depth {
                return Err(Box::new(too_deep(limits, at)));
            }
            if tree.slots.len() - first >= limits.nodes {
                return Err(Box::new(too_many(limits, tree.slots[of.0 as usize].span)));
            }
            Ok(())
        });
        let node = copy.map_err(|fault| self.fail(*fault))?;
        self.place(node);
        Ok(())
    }

    pub(super) fn is_scalar(&self, node: NodeId) -> Option<TextAt> {
        match self.tree.slots[node.0 as usize].data {
            Data::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// Returns the root, if there is one and nothing is open.
    pub(super) fn finish(self) -> Option<NodeId> {
        let root = self.root.filter(|_| self.open.is_empty())?;
        self.tree.roots.push((self.file, root));
        Some(root)
    }

    fn slot(&mut self, data: Data, span: Span) -> Result<NodeId, Reported> {
        let at = self.tree.slots.len();
        if at - self.first >= self.limits.nodes {
            return Err(self.fail(too_many(self.limits, span)));
        }
        let node = NodeId(u32::try_from(at).unwrap_or(u32::MAX));
        let parent = self.open.last().map_or(node, |open| open.node);
        self.tree.slots.push(Slot { data, span, parent });
        Ok(node)
    }

    fn place(&mut self, node: NodeId) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(OpenNode { map: true, key, .. }) => {
                if let Some((text, key_span)) = key.take() {
                    self.entries.push(MemberEntry {
                        key: text,
                        key_span,
                        value: node,
                    });
                }
            }
            Some(_) => self.items.push(node),
        }
    }

    /// Reports duplicate keys; the later one is kept, as in most readers.
    fn refuse_duplicates(&mut self, from: usize) {
        let entries = &self.entries[from..];
        if entries.len() < 2 {
            return;
        }
        let text = |at: TextAt| {
            let store = if at.decoded {
                self.tree.decoded.as_str()
            } else {
                &self.source
            };
            store.get(at.start as usize..(at.start + at.len) as usize).unwrap_or("")
        };
        let mut twice = Vec::new();
        if entries.len() <= limits::KEYS_IN_PAIRS {
            for (later, entry) in entries.iter().enumerate() {
                let key = text(entry.key);
                if let Some(earlier) = entries[..later].iter().rposition(|other| text(other.key) == key) {
                    twice.push((earlier, later));
                }
            }
        } else {
            let mut places = HashMap::with_capacity(entries.len());
            for (later, entry) in entries.iter().enumerate() {
                if let Some(earlier) = places.insert(text(entry.key), later) {
                    twice.push((earlier, later));
                }
            }
        }
        for (earlier, later) in twice.iter().copied() {
            let (first, second) = (&entries[earlier], &entries[later]);
            let message = format!("duplicate key `{}`: a mapping can have each key once", text(first.key));
            let duplicate = Diagnostic::new(Code::DuplicateKey, message)
                .at(second.key_span)
                .label("the second time")
                .also(first.key_span, "the first time")
                .help("remove or rename one of them; tools disagree on which of the two is used");
            self.report.push(duplicate);
        }
        if !twice.is_empty() {
            let earlier: HashSet<usize> = twice.into_iter().map(|(earlier, _)| earlier).collect();
            let all = self.entries.split_off(from).into_iter().enumerate();
            self.entries
                .extend(all.filter(|(at, _)| !earlier.contains(at)).map(|(_, entry)| entry));
        }
    }
}

// Merge keys of YAML 1.1: the value of `<<` adds members.

fn too_deep(limits: FileLimits, at: Span) -> Diagnostic {
    let message = format!("this value is nested more than {} levels deep", limits.depth);
    Diagnostic::new(Code::TooDeep, message).at(at)
}

fn too_many(limits: FileLimits, at: Span) -> Diagnostic {
    let message = format!("the file has more than {} nodes", limits.nodes);
    Diagnostic::new(Code::TooLarge, message).at(at)
}

/// Adds the members of the merge key at `span` to the mapping `into`, whose entries begin at `from`.
fn merged_members(
    tree: &mut Tree,
    entries: &mut Vec<MemberEntry>,
    from: usize,
    into: NodeId,
    span: Span,
) -> Result<(), Box<Diagnostic>> {
    let Some(at) = entries.iter().skip(from).position(|entry| entry.key_span == span) else {
        return Ok(());
    };
    let merge = entries.remove(from + at);
    let mut seen: HashSet<String> = entries
        .iter()
        .skip(from)
        .map(|entry| tree.key(entry).to_owned())
        .collect();
    let mut brought = Vec::new();
    for source in sources(tree, merge.value).ok_or_else(|| not_a_mapping(span))? {
        let Data::Map { first, len } = tree.slots[source.0 as usize].data else {
            return Err(not_a_mapping(span));
        };
        // Nothing else refers to the value of the key.
        tree.slots[source.0 as usize].data = Data::Map { first: 0, len: 0 };
        let members = tree.entries.get(first as usize..(first + len) as usize);
        for entry in members.unwrap_or_default().to_vec() {
            if seen.insert(tree.key(&entry).to_owned()) {
                tree.slots[entry.value.0 as usize].parent = into;
                brought.push(entry);
            }
        }
    }
    entries.splice(from + at..from + at, brought);
    Ok(())
}

/// Returns the mappings of a merge key.
fn sources(tree: &Tree, value: NodeId) -> Option<Vec<NodeId>> {
    match tree.slots[value.0 as usize].data {
        Data::Map { .. } => Some(vec![value]),
        Data::Seq { first, len } => tree
            .items
            .get(first as usize..(first + len) as usize)
            .map(<[NodeId]>::to_vec),
        Data::Scalar(..) => None,
    }
}

fn not_a_mapping(span: Span) -> Box<Diagnostic> {
    let message = "`<<` takes a mapping, or a list of mappings";
    Box::new(
        Diagnostic::new(Code::Syntax, message)
            .at(span)
            .help("refer to a mapping, such as `<<: *defaults`"),
    )
}
