//! The tape: a JSON document as a flat list of small nodes in document order.
//!
//! The scanner creates it, and [`Value`](crate::read::Value) handles read it. It stores the first error of reading, so that reading
//! itself needs no `Result`. It must never copy text that has no escapes.
//!
//! An object with many members has a hash table of its names. It gives up on names that were chosen to collide, because
//! it must never cost more than a fixed number of steps for each name.

use crate::error::{DecodeError, DecodeErrorKind};
use crate::memory::{self, Pool, growth};
use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

thread_local! {
    static LISTS: Pool<TapeNode, Members> = const { memory::empty() };
}

/// The index of an absent node; also `next` of a node that is not closed yet.
pub(super) const NO_NODE: u32 = u32::MAX;

/// Number of bytes of a small document for which room for one value is reserved at first.
const BYTES_EACH: usize = 16;

/// Length after which the JSON Pointer of an error is cut: names come from the other side and may be of any length.
const POINTER_LIMIT: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TapeToken {
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

/// The name of a member, by its place in the source.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NameSpan {
    /// Offset of the first byte between the quotes.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) hash: u32,
}

#[derive(Debug)]
pub(super) struct TapeNode {
    /// Offset of the first byte; for a string, of the first byte after the opening quote.
    pub(super) start: u32,
    /// Offset after the last byte; for an array the number of its elements, for an object its index in `members`.
    pub(super) end: u32,
    /// The node after this one and all its content.
    pub(super) next: u32,
    /// Name, for the value of a member.
    pub(super) name: NameSpan,
    pub(super) token: TapeToken,
    pub(super) escaped: bool,
    pub(super) name_escaped: bool,
    /// The member was read.
    pub(super) taken: Cell<bool>,
}

/// Members of an object, summarized for lookups.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// One bit for each hash of a name: a name whose bit is not set is absent.
    pub(super) mask: u64,
    /// One bit for each length of a name: a name whose bit is not set is absent.
    pub(super) lengths: u32,
    /// The member after the one read last: members are mostly read in document order.
    pub(super) cursor: Cell<u32>,
    /// Number of members that were not taken yet.
    pub(super) left: Cell<u32>,
    pub(super) count: u32,
    /// Index, for objects with many members.
    pub(super) index: Index,
}

/// The unescaped text of a string with escapes.
#[derive(Debug)]
pub(super) struct Escape {
    pub(super) start: u32,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// Choices of variants, so that no value is tried twice as one union.
#[derive(Debug, Default)]
pub(super) struct VariantChoices {
    /// Number of trials around the value that is read now.
    pub(super) depth: Cell<u32>,
    /// The place of the variant, by node and type of the union.
    pub(super) made: RefCell<BTreeMap<(u32, TypeId), usize>>,
    /// True if the whole document is a value that its union does not know.
    pub(super) is_unknown: Cell<bool>,
}

/// The first error of reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note {
    pub(super) node: u32,
    pub(super) kind: DecodeErrorKind,
    /// The expectation, or the name of the missing member.
    pub(super) what: &'static str,
}

#[derive(Debug)]
pub(super) struct Tape<'s> {
    pub(super) source: &'s str,
    pub(super) nodes: Vec<TapeNode>,
    pub(super) members: Vec<Members>,
    /// Nodes of members, as slots of an [`Index`].
    pub(super) slots: Vec<u32>,
    pub(super) unescaped: String,
    /// In document order.
    pub(super) escapes: Vec<Escape>,
    /// Offsets of numbers that came as binary floats, in document order.
    pub(super) floats: Vec<u32>,
    pub(super) note: Cell<Option<Note>>,
    /// The object and the name of the absent member that was requested last.
    pub(super) missing: Cell<(u32, &'static str)>,
    /// Depth of nested placeholders that are being made.
    pub(super) placeholders: Cell<u32>,
    /// Members may lack: placeholders are values.
    pub(super) is_partial: bool,
    /// Values that a type keeps although its contract does not allow them are errors.
    pub(super) is_strict: bool,
    /// Remaining memory in bytes, for the tape and for the values made of it.
    pub(super) left: Cell<usize>,
    /// Cost of what was read and no schema describes; see [`crate::choice`].
    pub(super) strange: Cell<u64>,
    /// Choices of variants.
    pub(super) choices: VariantChoices,
}

impl<'s> Tape<'s> {
    pub(super) fn new(source: &'s str, memory: usize) -> Self {
        let (mut nodes, mut members) = memory::take(&LISTS);
        let bytes = source.as_bytes();
        let values = about(bytes, BYTES_EACH, b",[{").min(memory / size_of::<TapeNode>());
        nodes.reserve_exact(values);
        let room = memory.saturating_sub(nodes.capacity() * size_of::<TapeNode>()) / size_of::<Members>();
        members.reserve_exact(about(bytes, 128, b"{").min(room));
        let taken = nodes.capacity() * size_of::<TapeNode>() + members.capacity() * size_of::<Members>();
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
            is_partial: false,
            is_strict: false,
            strange: Cell::new(0),
            choices: VariantChoices::default(),
        }
    }

    /// Returns the text of a string or number.
    #[inline]
    pub(super) fn text(&self, node: u32) -> &str {
        let node = &self.nodes[node as usize];
        if node.escaped {
            self.unescaped_text(node.start)
        } else {
            &self.source[node.start as usize..node.end as usize]
        }
    }

    /// Returns the name of a member's value.
    #[inline]
    pub(super) fn name(&self, node: u32) -> &str {
        let node = &self.nodes[node as usize];
        self.name_text(node.name, node.name_escaped)
    }

    #[inline]
    pub(super) fn name_text(&self, name: NameSpan, escaped: bool) -> &str {
        if escaped {
            self.unescaped_text(name.start)
        } else {
            &self.source[name.start as usize..name.end as usize]
        }
    }

    /// Returns `true` if this is the name of a member's value; faster than comparing the name.
    #[inline]
    pub(super) fn is_named(&self, node: &TapeNode, text: &str) -> bool {
        let NameSpan { start, end, .. } = node.name;
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

    /// Charges memory; `false` if too little is left.
    pub(super) fn afford(&self, bytes: usize) -> bool {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Returns the cost of the document that was read; the highest if its type knows nothing of it.
    pub(super) fn cost(&self) -> u64 {
        if self.choices.is_unknown.get() {
            u64::MAX
        } else {
            self.strange.get()
        }
    }

    /// Stores the first error; later ones may follow from it.
    #[cold]
    pub(super) fn note(&self, node: u32, kind: DecodeErrorKind, what: &'static str) {
        let is_of_placeholder = kind == DecodeErrorKind::Missing || node == NO_NODE || self.placeholders.get() > 0;
        if self.is_partial && is_of_placeholder && kind != DecodeErrorKind::Limit {
            return;
        }
        if self.note.get().is_none() {
            self.note.set(Some(Note { node, kind, what }));
        }
    }

    /// Returns the value only if no error was noted. Every decoded value passes through here.
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
            .map_or((0, TapeToken::Null), |node| (node.start, node.token));
        if note.kind == DecodeErrorKind::Missing {
            push_segment(&mut pointer, note.what);
        }
        let quote = u32::from(token == TapeToken::String);
        let offset = start.saturating_sub(quote) as usize;
        let mut error = DecodeError::at(note.kind, note.what, pointer, self.source, offset);
        if note.kind == DecodeErrorKind::Kind {
            error.found(match token {
                TapeToken::Null => "null",
                TapeToken::False | TapeToken::True => "a boolean",
                TapeToken::Integer => "an integer",
                TapeToken::Number => "a number",
                TapeToken::String => "a string",
                TapeToken::Array => "an array",
                TapeToken::Object => "an object",
            });
        }
        error
    }

    /// Returns the JSON Pointer (RFC 6901) of a node, by walking down from the root.
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
                TapeToken::Object => push_segment(&mut pointer, self.name(child)),
                TapeToken::Array => push_segment(&mut pointer, &index.to_string()),
                _ => break,
            }
            at = child;
        }
        pointer
    }

    /// Returns the JSON Pointer of the value that starts at this offset.
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
        memory::keep(
            &LISTS,
            std::mem::take(&mut self.nodes),
            std::mem::take(&mut self.members),
        );
    }
}

/// Estimates the number of these bytes: from four samples of a large document; in a small one, one for each `each` bytes.
fn about(source: &[u8], each: usize, wanted: &[u8]) -> usize {
    const SAMPLE: usize = 1024;
    if source.len() < 64 * SAMPLE {
        return source.len() / each + 8;
    }
    let quarter = source.len() / 4;
    let sampled = source.chunks_exact(quarter).flat_map(|part| &part[..SAMPLE]);
    let found = sampled.filter(|byte| wanted.contains(byte)).count();
    // An eighth more, because the parts of a document differ.
    found * (quarter / SAMPLE + 1) * 9 / 8 + 8
}

/// Appends a reference token: `~` and `/` are escaped, and a long one is cut.
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
            // A name may contain line breaks and terminal codes, and errors are logged.
            _ if character.is_control() => pointer.push('\u{fffd}'),
            _ => pointer.push(character),
        }
    }
}

/// The content of a slot without a node.
const FREE: u32 = u32::MAX;

/// Least number of members for which an object gets an index.
pub(super) const MANY: u32 = 16;
/// Largest average number of taken slots that are probed for a name.
const STEPS: usize = 8;

/// The reason why there is no index.
pub(super) enum Without {
    /// Too many names collide.
    Crowded,
    /// The memory limit is reached.
    Memory,
    /// This node is a member with a duplicate name.
    Twice(u32),
}

/// The first slot of an object and the number of its slots: a power of two, or zero.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Index {
    start: u32,
    size: u32,
}

impl Index {
    /// Lists the members of an object, given as hash and node in document order. `same` compares hash and
    /// name of two nodes.
    // There are at most four slots for each name, and a name takes at least four bytes of a document whose length fits.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn build(
        slots: &mut Vec<u32>,
        left: &Cell<usize>,
        names: &[(u32, u32)],
        same: impl Fn(u32, u32) -> bool,
    ) -> Result<Index, Without> {
        let (start, size) = (slots.len(), (names.len() * 2).next_power_of_two());
        let room = slots.capacity() - start;
        if room < size {
            let more = growth::<u32>(slots.capacity(), slots.capacity(), size, left);
            if more == 0 {
                return Err(Without::Memory);
            }
            slots.reserve_exact(room + more);
        }
        slots.resize(start + size, FREE);
        let filled = fill(&mut slots[start..], names, same);
        if filled.is_err() {
            slots.truncate(start);
        }
        filled.map(|()| Index {
            start: start as u32,
            size: size as u32,
        })
    }

    #[inline]
    pub(super) fn is_there(self) -> bool {
        self.size != 0
    }

    /// Returns the first node among those of this hash that `is_named` accepts. Only for an index that was built.
    #[inline]
    pub(super) fn find(self, slots: &[u32], hash: u32, is_named: impl Fn(u32) -> bool) -> Option<u32> {
        let (start, size) = (self.start as usize, self.size as usize);
        let slots = &slots[start..start + size];
        let mut at = hash as usize & (size - 1);
        // Half of the slots are free, so that the loop ends.
        while slots[at] != FREE {
            if is_named(slots[at]) {
                return Some(slots[at]);
            }
            at = (at + 1) & (size - 1);
        }
        None
    }
}

/// Puts each node into the first free slot from the place of its hash on.
fn fill(slots: &mut [u32], names: &[(u32, u32)], same: impl Fn(u32, u32) -> bool) -> Result<(), Without> {
    let last = slots.len() - 1;
    let mut steps = names.len() * STEPS;
    for &(hash, node) in names {
        let mut at = hash as usize & last;
        while slots[at] != FREE {
            if same(slots[at], node) {
                return Err(Without::Twice(node));
            }
            at = (at + 1) & last;
            steps = steps.checked_sub(1).ok_or(Without::Crowded)?;
        }
        slots[at] = node;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{POINTER_LIMIT, push_segment};
    use crate::codec::from_slice;
    use crate::document::{JsonValue, Object};
    use crate::memory::Limits;
    use crate::read::Value;
    use crate::scan;

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

    fn document(names: &[String]) -> Vec<u8> {
        let members: Vec<String> = names
            .iter()
            .zip(0..)
            .map(|(name, at)| format!("\"{name}\":{at}"))
            .collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    }

    /// Checks that every name is found, no other name is found, and a duplicate of the last name is refused.
    fn check(mut names: Vec<String>) {
        let text = document(&names);
        let tape = scan::scan(&text, &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
        for (name, at) in names.iter().zip(0..) {
            let found = tape.root().peek(name).and_then(Value::number_text);
            assert_eq!(found, Some(at.to_string().as_str()), "{name}");
            assert!(tape.root().peek(&format!("{name}?")).is_none());
        }
        drop(tape);
        for twice in [names[0].clone(), names[names.len() - 1].clone()] {
            names.push(twice.clone());
            let error = from_slice::<JsonValue>(&document(&names)).map(|_| ()).unwrap_err();
            assert_eq!(error.pointer(), format!("/{twice}"));
            names.pop();
        }
    }

    #[test]
    fn every_member_of_an_object_of_any_size_is_found_and_none_twice() {
        for count in [1, 2, 15, 16, 17, 18, 63, 64, 65, 300] {
            check((0..count).map(|at| format!("n{at}")).collect());
        }
    }

    #[test]
    fn names_that_were_chosen_to_meet_are_told_apart_all_the_same() {
        check((0..300).map(|at| format!("the head {at:04} the tail")).collect());
    }

    #[test]
    fn an_object_in_an_object_has_an_index_of_its_own() {
        let inner = (0..20)
            .map(|at| format!("\"b{at}\":{at}"))
            .collect::<Vec<_>>()
            .join(",");
        let outer = (0..20)
            .map(|at| format!("\"a{at}\":{{{inner}}}"))
            .collect::<Vec<_>>()
            .join(",");
        let read = from_slice::<Object>(format!("{{{outer}}}").as_bytes()).unwrap_or_default();
        assert_eq!(read.len(), 20);
        assert!(
            read.values()
                .all(|value| value.get("b19").is_some() && value.get("a1").is_none())
        );
    }
}
