//! The tape: a JSON document as a flat list of small nodes in document order.
//!
//! It is made once by the scanner and read through [`Value`](super::Value) handles. It holds the first error of reading, so
//! that reading itself needs no `Result`. It must never copy text that has no escapes.

use super::error::{DecodeError, DecodeErrorKind};
use super::index::Index;
use super::read::Value;
use super::spare;
use std::cell::Cell;

/// No node: what a member that is not there reads as; also `next` of what is not closed yet.
pub(super) const NO_NODE: u32 = u32::MAX;

/// For how many bytes of a small document there is a place for a value from the beginning.
const BYTES_EACH: usize = 16;

/// What is said of a document whose reading would take more memory than it may.
pub(super) const TOO_MUCH: &str =
    "fewer values (more memory than `Limits::memory`, and than three bytes for each byte)";

/// A JSON Pointer of an error is cut here: names come from the other side and may be of any length.
const POINTER_LIMIT: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Null,
    False,
    True,
    /// A number without fraction and exponent.
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// The name of a member, where it stands in the source.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Name {
    /// Offset of the first byte between the quotes.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) hash: u32,
}

#[derive(Debug)]
pub(super) struct Node {
    /// Offset of the first byte; of a string, of what is between the quotes.
    pub(super) start: u32,
    /// Offset behind the last byte; of an array the number of its elements, of an object its index in `members`.
    pub(super) end: u32,
    /// The node behind this one and everything in it.
    pub(super) next: u32,
    /// If this is the value of a member.
    pub(super) name: Name,
    pub(super) token: Token,
    pub(super) escaped: bool,
    pub(super) name_escaped: bool,
    /// Something has read this member.
    pub(super) taken: Cell<bool>,
}

/// What is known of an object's members.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// One bit for each hash of a name: a name whose bit is not set is not there.
    pub(super) mask: u64,
    /// One bit for each length of a name, in the same way.
    pub(super) lengths: u32,
    /// The member behind the one read last: members are mostly read in the order in which they stand.
    pub(super) cursor: Cell<u32>,
    /// How many have not been taken yet.
    pub(super) left: Cell<u32>,
    pub(super) count: u32,
    /// If there are many.
    pub(super) index: Index,
}

/// Where the text of a string with escapes is.
#[derive(Debug)]
pub(super) struct Escape {
    pub(super) start: u32,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// The first thing that was found wrong while reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note {
    pub(super) node: u32,
    pub(super) kind: DecodeErrorKind,
    /// What was expected, or the name of the missing member.
    pub(super) what: &'static str,
}

#[derive(Debug)]
pub(super) struct Tape<'s> {
    pub(super) source: &'s str,
    pub(super) nodes: Vec<Node>,
    pub(super) members: Vec<Members>,
    /// Nodes of members, as [`Index`] says.
    pub(super) slots: Vec<u32>,
    pub(super) unescaped: String,
    /// In document order.
    pub(super) escapes: Vec<Escape>,
    /// Offsets of numbers that were binary floats before they became text, in document order.
    pub(super) floats: Vec<u32>,
    pub(super) note: Cell<Option<Note>>,
    /// The object and the name of the member that was asked for last and is not there.
    pub(super) missing: Cell<(u32, &'static str)>,
    /// How many placeholders are being made inside one another.
    pub(super) placeholders: Cell<u32>,
    /// How many bytes of memory may still be taken, for the tape and for what is made of it.
    pub(super) left: Cell<usize>,
}

impl<'s> Tape<'s> {
    pub(super) fn new(source: &'s str, memory: usize) -> Self {
        let (mut nodes, mut members) = spare::tape_lists();
        let bytes = source.as_bytes();
        let values = about(bytes, BYTES_EACH, b",[{").min(memory / size_of::<Node>());
        nodes.reserve_exact(values);
        let room = memory.saturating_sub(nodes.capacity() * size_of::<Node>()) / size_of::<Members>();
        members.reserve_exact(about(bytes, 128, b"{").min(room));
        let taken = nodes.capacity() * size_of::<Node>() + members.capacity() * size_of::<Members>();
        Tape {
            source,
            left: Cell::new(memory.saturating_sub(taken)),
            nodes,
            members,
            slots: Vec::new(),
            unescaped: String::new(),
            escapes: Vec::new(),
            floats: Vec::new(),
            note: Cell::new(None),
            missing: Cell::new((NO_NODE, "")),
            placeholders: Cell::new(0),
        }
    }

    pub(super) fn root(&self) -> Value<'_> {
        Value { tape: self, node: 0 }
    }

    /// The text of a string or number.
    #[inline]
    pub(super) fn text(&self, node: u32) -> &str {
        let node = &self.nodes[node as usize];
        if node.escaped {
            self.unescaped_text(node.start)
        } else {
            &self.source[node.start as usize..node.end as usize]
        }
    }

    /// The name of a member's value.
    #[inline]
    pub(super) fn name(&self, node: u32) -> &str {
        let node = &self.nodes[node as usize];
        self.name_text(node.name, node.name_escaped)
    }

    #[inline]
    pub(super) fn name_text(&self, name: Name, escaped: bool) -> &str {
        if escaped {
            self.unescaped_text(name.start)
        } else {
            &self.source[name.start as usize..name.end as usize]
        }
    }

    /// True if this is the name of a member's value; the same as comparing it, and quicker.
    #[inline]
    pub(super) fn is_named(&self, node: &Node, text: &str) -> bool {
        let Name { start, end, .. } = node.name;
        if node.name_escaped {
            return self.unescaped_text(start) == text;
        }
        (end - start) as usize == text.len() && self.source.as_bytes()[start as usize..end as usize] == *text.as_bytes()
    }

    #[cold]
    fn unescaped_text(&self, start: u32) -> &str {
        match self.escapes.binary_search_by_key(&start, |escape| escape.start) {
            Ok(found) => {
                let escape = &self.escapes[found];
                &self.unescaped[escape.from as usize..escape.to as usize]
            }
            Err(_) => "",
        }
    }

    /// Takes so much memory; false where there is not so much left.
    pub(super) fn afford(&self, bytes: usize) -> bool {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Keeps the first error; later ones may follow from it.
    #[cold]
    pub(super) fn note(&self, node: u32, kind: DecodeErrorKind, what: &'static str) {
        if self.note.get().is_none() {
            self.note.set(Some(Note { node, kind, what }));
        }
    }

    /// Gives what was read only if nothing was wrong: the one door through which a value leaves.
    pub(super) fn finish<T>(&self, value: T) -> Result<T, DecodeError> {
        match self.note.get() {
            None => Ok(value),
            Some(note) => Err(self.error(note)),
        }
    }

    #[cold]
    fn error(&self, note: Note) -> DecodeError {
        let mut pointer = self.pointer(note.node);
        let (start, token) = self
            .nodes
            .get(note.node as usize)
            .map_or((0, Token::Null), |node| (node.start, node.token));
        if note.kind == DecodeErrorKind::Missing {
            push_segment(&mut pointer, note.what);
        }
        let quote = u32::from(token == Token::String);
        let offset = start.saturating_sub(quote) as usize;
        let mut error = DecodeError::at(note.kind, note.what, pointer, self.source, offset);
        if note.kind == DecodeErrorKind::Kind {
            error.found(match token {
                Token::Null => "null",
                Token::False | Token::True => "a boolean",
                Token::Integer => "an integer",
                Token::Number => "a number",
                Token::String => "a string",
                Token::Array => "an array",
                Token::Object => "an object",
            });
        }
        error
    }

    /// The JSON Pointer (RFC 6901) of a node, by walking down from the root.
    pub(super) fn pointer(&self, target: u32) -> String {
        let mut pointer = String::new();
        let mut at = 0;
        while at != target && pointer.len() < POINTER_LIMIT {
            let Some(node) = self.nodes.get(at as usize) else {
                break;
            };
            let mut child = at + 1;
            let mut index = 0_usize;
            loop {
                let next = self.nodes.get(child as usize).map_or(NO_NODE, |node| node.next);
                if target < next || next == NO_NODE {
                    break;
                }
                child = next;
                index += 1;
            }
            match node.token {
                Token::Object => push_segment(&mut pointer, self.name(child)),
                Token::Array => push_segment(&mut pointer, &index.to_string()),
                _ => break,
            }
            at = child;
        }
        pointer
    }

    /// The JSON Pointer of the value that begins at this offset.
    pub(super) fn pointer_at(&self, offset: usize) -> String {
        let found = self
            .nodes
            .iter()
            .zip(0..)
            .find(|(node, _)| node.start as usize >= offset);
        found.map_or_else(String::new, |(_, number)| self.pointer(number))
    }
}

impl Drop for Tape<'_> {
    fn drop(&mut self) {
        spare::keep_tape_lists(std::mem::take(&mut self.nodes), std::mem::take(&mut self.members));
    }
}

/// Twice the room of a list that is full, if so many more can come and the memory is left; false where none is left.
#[cold]
pub(super) fn grow<T>(list: &mut Vec<T>, most: usize, left: &Cell<usize>) -> bool {
    let more = growth::<T>(list.capacity(), most, 1, left);
    list.reserve_exact(more);
    more > 0
}

/// How many more places a list should have: as many again, if so many can come, or as many as the memory is left for; none where
/// that is fewer than are needed. While they are made, the list is there twice. Their memory is taken.
pub(super) fn growth<T>(capacity: usize, most: usize, needed: usize, left: &Cell<usize>) -> usize {
    let fit = (left.get() / size_of::<T>().max(1)).saturating_sub(capacity);
    let more = capacity.max(64).min(most).max(needed).min(fit);
    if more < needed {
        return 0;
    }
    left.set(left.get() - more * size_of::<T>());
    more
}

/// About how many of these bytes there are, from four samples of a large document; of a small one, one in so many.
fn about(source: &[u8], each: usize, wanted: &[u8]) -> usize {
    const SAMPLE: usize = 1024;
    if source.len() < 64 * SAMPLE {
        return source.len() / each + 8;
    }
    let quarter = source.len() / 4;
    let sampled = source.chunks_exact(quarter).flat_map(|part| &part[..SAMPLE]);
    let found = sampled.filter(|byte| wanted.contains(byte)).count();
    // An eighth more, because one part of a document is not quite like the next one.
    found * (quarter / SAMPLE + 1) * 9 / 8 + 8
}

/// One more reference token: `~` and `/` are escaped, and what is too long is cut.
pub fn push_segment(pointer: &mut String, name: &str) {
    pointer.reserve(1 + name.len().min(POINTER_LIMIT));
    pointer.push('/');
    let is_plain = |byte: u8| matches!(byte, b' '..=b'}') && byte != b'/';
    if pointer.len() + name.len() <= POINTER_LIMIT && name.bytes().all(is_plain) {
        return pointer.push_str(name);
    }
    for character in name.chars() {
        if pointer.len() >= POINTER_LIMIT {
            pointer.push('\u{2026}');
            return;
        }
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            // A name may hold line breaks and terminal codes; an error goes to logs.
            _ if character.is_control() => pointer.push('\u{fffd}'),
            _ => pointer.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{POINTER_LIMIT, push_segment};

    #[test]
    fn a_segment_is_escaped_and_cut_wherever_it_begins() {
        let long = "x".repeat(POINTER_LIMIT);
        for (before, name, wanted) in [
            ("", "a b}", "/a b}"),
            ("/a", "~/\n", "/a/~0~1\u{fffd}"),
            ("", "\u{e9}", "/\u{e9}"),
            ("", &long[1..], &*format!("/{}", &long[1..])),
            ("", &long, &*format!("/{}\u{2026}", &long[1..])),
            (&long, "a", &*format!("{long}/\u{2026}")),
        ] {
            let mut pointer = before.to_owned();
            push_segment(&mut pointer, name);
            assert_eq!(pointer, wanted);
        }
    }
}
