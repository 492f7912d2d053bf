//! Reading of values through [`Value`], a handle into the tape.
//!
//! Members and elements go in by name and place, values of Rust types come out. No method fails: the first error is noted on
//! the tape, reading continues with placeholders, and the function that ends a decode checks the note. It must never try a
//! shape and roll back: [`crate::choice`] does that.

use crate::digits::{equal, is_integral};
use crate::error::DecodeErrorKind;
use crate::lexis::{hash, length_bit, mask_bit};
use crate::memory::TOO_MUCH;
use crate::tape::{Members, NO_NODE, Tape, TapeNode, TapeToken};
use std::fmt;

impl Tape<'_> {
    /// Returns the value of the whole document.
    pub(super) fn root(&self) -> Value<'_> {
        Value { tape: self, node: 0 }
    }
}

/// A value of a document that is being read.
#[derive(Clone, Copy)]
pub struct Value<'t> {
    pub(super) tape: &'t Tape<'t>,
    pub(super) node: u32,
}

/// Document values never print.
impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Value").finish_non_exhaustive()
    }
}

impl<'t> Value<'t> {
    /// Returns the member of this name, unless it is null.
    pub(super) fn present(self, member: &str) -> Option<Value<'t>> {
        let value = self.take(member)?;
        value.check_strictly("a value that is not null", || !value.is_null());
        (!value.is_null()).then_some(value)
    }

    /// Notes an error for a value that the contract does not allow, if the document is read strictly.
    #[inline]
    pub(super) fn check_strictly(self, expected: &'static str, is_allowed: impl FnOnce() -> bool) {
        if self.tape.is_strict && !is_allowed() {
            self.fail(expected);
        }
    }

    /// Takes the unread members; after an error it takes none, since the result is discarded.
    pub(super) fn take_rest(self, take: &mut dyn FnMut(&str, Value<'t>)) {
        let Some(node) = self.object() else { return };
        let left = &self.tape.members[node.end as usize].left;
        if left.replace(0) == 0 {
            return;
        }
        for value in self.values() {
            if self.tape.note.get().is_some() {
                return;
            }
            if !self.tape.nodes[value.node as usize].taken.replace(true) {
                take(self.tape.name(value.node), value);
            }
        }
    }

    /// Returns the text of a discriminator without taking it: of a string, its content; of a number or a boolean, the literal.
    /// `None` without a note if there is no such member.
    pub fn tag(self, member: &str) -> Option<&'t str> {
        self.tag_at(&[member])
    }

    /// Returns the text of a discriminator, as [`tag`](Self::tag) does; a number that equals one of `numbers` has the text of
    /// that one, however it is written (`2.0` for `2`).
    pub fn tag_among(self, member: &str, numbers: &[&'static str]) -> Option<&'t str> {
        let tag = self.tag(member)?;
        let value = self.peek(member)?;
        let known = numbers.iter().find(|number| value.is_scalar(number));
        Some(known.copied().unwrap_or(tag))
    }

    /// Returns `true` if the discriminator has this text; numbers are compared by value.
    pub fn has_tag(self, member: &str, text: &str) -> bool {
        self.peek(member)
            .is_some_and(|value| !value.is_null() && value.is_scalar(text))
    }

    /// Returns `true` for a scalar with this text: the content of a string, or the JSON text of another scalar. Numbers are
    /// compared by value.
    pub(super) fn is_scalar(self, text: &str) -> bool {
        match self.token() {
            None | Some(TapeToken::Object | TapeToken::Array) => false,
            Some(TapeToken::Integer | TapeToken::Number) => equal(self.tape.text(self.node), text),
            Some(_) => self.tape.text(self.node) == text,
        }
    }

    /// Returns the text of a nested discriminator, member by member, without taking anything; `None` without a note if there is none.
    pub fn tag_at(self, members: &[&str]) -> Option<&'t str> {
        let value = members.iter().try_fold(self, |value, member| value.peek(member))?;
        match value.token()? {
            TapeToken::String | TapeToken::Integer | TapeToken::Number => Some(value.tape.text(value.node)),
            TapeToken::True => Some("true"),
            TapeToken::False => Some("false"),
            TapeToken::Null | TapeToken::Array | TapeToken::Object => None,
        }
    }

    /// Returns the JSON kind of this value. `1.0` is an integer, as in JSON Schema.
    pub fn kind(self) -> Kind {
        match self.token() {
            None | Some(TapeToken::Null) => Kind::Null,
            Some(TapeToken::False | TapeToken::True) => Kind::Bool,
            Some(TapeToken::Integer) => Kind::Integer,
            Some(TapeToken::Number) if is_integral(self.tape.text(self.node)) => Kind::Integer,
            Some(TapeToken::Number) => Kind::Number,
            Some(TapeToken::String) => Kind::String,
            Some(TapeToken::Array) => Kind::Array,
            Some(TapeToken::Object) => Kind::Object,
        }
    }

    /// Returns `true` for `null`, and for an absent value.
    #[inline]
    pub fn is_null(self) -> bool {
        self.token().is_none_or(|token| token == TapeToken::Null)
    }

    /// Notes that this value cannot be represented; `what` names the expectation. Only the first note counts.
    #[cold]
    pub fn fail(self, what: &'static str) {
        self.tape.note(self.node, DecodeErrorKind::Value, what);
    }

    /// Notes that this value is of another kind than expected.
    #[cold]
    pub fn mismatch(self, expected: &'static str) {
        self.tape.note(self.node, DecodeErrorKind::Kind, expected);
    }

    /// Returns the text of a string. Otherwise notes an error and returns an empty text.
    #[inline]
    pub fn string(self) -> &'t str {
        if self.token() == Some(TapeToken::String) {
            return self.tape.text(self.node);
        }
        self.mismatch("a string");
        ""
    }

    /// Returns the text of a string, or `None` without a note.
    pub fn as_str(self) -> Option<&'t str> {
        (self.token() == Some(TapeToken::String)).then(|| self.tape.text(self.node))
    }

    /// Returns the exact text of a number, or `None` without a note.
    #[inline]
    pub fn number_text(self) -> Option<&'t str> {
        matches!(self.token(), Some(TapeToken::Integer | TapeToken::Number)).then(|| self.tape.text(self.node))
    }

    /// Returns the text of a number that has neither fraction nor exponent.
    #[inline]
    pub(super) fn integer_text(self) -> Option<&'t str> {
        (self.token() == Some(TapeToken::Integer)).then(|| self.tape.text(self.node))
    }

    /// Returns `true` if this number was a binary float before (through serde), so that its digits are not reliable.
    pub fn was_float(self) -> bool {
        let Some(node) = self.tape.nodes.get(self.node as usize) else {
            return false;
        };
        self.tape.floats.binary_search(&node.start).is_ok()
    }

    /// Returns the boolean, or `None` without a note.
    #[inline]
    pub fn as_bool(self) -> Option<bool> {
        match self.token()? {
            TapeToken::True => Some(true),
            TapeToken::False => Some(false),
            _ => None,
        }
    }

    /// Returns the number of elements or members; 0 for any other kind.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(self) -> usize {
        let Some(node) = self.tape.nodes.get(self.node as usize) else {
            return 0;
        };
        match node.token {
            TapeToken::Array => node.end as usize,
            TapeToken::Object => self.tape.members[node.end as usize].count as usize,
            _ => 0,
        }
    }

    /// Returns the elements of an array; notes an error for any other kind. Stops at the first error.
    #[inline]
    pub fn items(self) -> Items<'t> {
        self.inside(self.opened(TapeToken::Array, "an array"))
    }

    /// Returns the values in an array or object; none without one.
    #[inline]
    fn inside(self, node: Option<&TapeNode>) -> Items<'t> {
        Items {
            tape: self.tape,
            at: self.node.saturating_add(1),
            end: node.map_or(0, |node| node.next),
        }
    }

    /// Returns the number of elements or members to reserve room for, at `size` bytes each; 0 with a note beyond the memory
    /// limit.
    pub(super) fn room(self, size: usize) -> usize {
        let count = self.len();
        if self.affords(count.saturating_mul(size)) {
            count
        } else {
            0
        }
    }

    /// Charges memory for the value that is being made; `false` with a note beyond the memory limit.
    pub(super) fn affords(self, bytes: usize) -> bool {
        let is_left = self.tape.afford(bytes);
        if !is_left {
            self.tape.note(self.node, DecodeErrorKind::Limit, TOO_MUCH);
        }
        is_left
    }

    /// Returns the members of an object that is a map; notes an error for any other kind. Stops at the first error.
    pub fn entries(self) -> impl Iterator<Item = (&'t str, Value<'t>)> {
        let values = self.inside(self.object());
        values.map(|value| (value.tape.name(value.node), value))
    }

    /// Notes an error unless this is an object: for types without members.
    pub fn expect_object(self) {
        let _ = self.object();
    }

    #[inline]
    pub(super) fn token(self) -> Option<TapeToken> {
        self.tape.nodes.get(self.node as usize).map(|node| node.token)
    }

    #[inline]
    pub(super) fn object(self) -> Option<&'t TapeNode> {
        self.opened(TapeToken::Object, "an object")
    }

    #[inline]
    fn opened(self, token: TapeToken, expected: &'static str) -> Option<&'t TapeNode> {
        let node = self.tape.nodes.get(self.node as usize)?;
        if node.token == token {
            return Some(node);
        }
        self.mismatch(expected);
        None
    }

    /// Returns the values of an object's members, even after an error was noted.
    pub(super) fn values(self) -> impl Iterator<Item = Value<'t>> {
        let tape = self.tape;
        let end = tape.nodes[self.node as usize].next;
        let next = move |at: u32| (at < end).then_some(at);
        std::iter::successors(next(self.node + 1), move |&at| next(tape.nodes[at as usize].next))
            .map(move |node| Value { tape, node })
    }

    /// Finds a member and marks it as read.
    pub(super) fn take(self, member: &str) -> Option<Value<'t>> {
        let tape = self.tape;
        let object = self.object()?;
        let members = &tape.members[object.end as usize];
        let mut at = members.cursor.get();
        if at >= object.next || !tape.is_named(&tape.nodes[at as usize], member) {
            at = self.find(object, members, member)?;
        }
        let value = &tape.nodes[at as usize];
        if !value.taken.replace(true) {
            members.left.set(members.left.get() - 1);
        }
        members.cursor.set(value.next);
        Some(Value { tape, node: at })
    }

    /// Finds a member without marking it; values of other kinds have none.
    pub(super) fn peek(self, member: &str) -> Option<Value<'t>> {
        let tape = self.tape;
        let object = tape.nodes.get(self.node as usize)?;
        if object.token != TapeToken::Object {
            return None;
        }
        let node = self.find(object, &tape.members[object.end as usize], member)?;
        Some(Value { tape, node })
    }

    /// Returns the value at a JSON Pointer, without taking it.
    pub fn at(self, pointer: &str) -> Option<Value<'t>> {
        let mut tokens = pointer.split('/').skip(1);
        tokens.try_fold(self, |value, token| {
            if value.token() == Some(TapeToken::Array) {
                value.items().nth(token.parse().ok()?)
            } else if token.contains('~') {
                value.peek(&token.replace("~1", "/").replace("~0", "~"))
            } else {
                value.peek(token)
            }
        })
    }

    /// Returns the node of a member, searched once around from the place of the last read.
    #[inline]
    fn find(self, object: &TapeNode, members: &Members, member: &str) -> Option<u32> {
        if members.lengths & length_bit(member.len()) == 0 {
            return None;
        }
        let hash = hash(member.as_bytes());
        if members.mask & mask_bit(hash) == 0 {
            return None;
        }
        if members.index.is_there() {
            return members.index.find(&self.tape.slots, hash, |at| {
                let node = &self.tape.nodes[at as usize];
                node.name.hash == hash && self.tape.is_named(node, member)
            });
        }
        self.search(object, members.cursor.get(), hash, member)
    }

    fn search(self, object: &TapeNode, cursor: u32, hash: u32, member: &str) -> Option<u32> {
        let tape = self.tape;
        for (from, to) in [(cursor, object.next), (self.node + 1, cursor)] {
            let mut at = from;
            while at < to {
                let value = &tape.nodes[at as usize];
                if value.name.hash == hash && tape.is_named(value, member) {
                    return Some(at);
                }
                at = value.next;
            }
        }
        None
    }

    /// Returns the absent value, and notes the member's name on the tape.
    #[inline]
    pub(super) fn without(self, member: &'static str) -> Value<'t> {
        self.tape.missing.set((self.node, member));
        Value {
            tape: self.tape,
            node: NO_NODE,
        }
    }

    /// Notes that the member requested last is missing.
    #[cold]
    pub(super) fn note_missing(self) {
        let (node, member) = self.tape.missing.get();
        self.tape.note(node, DecodeErrorKind::Missing, member);
    }
}

/// The elements of an array that is being read.
#[derive(Debug, Clone)]
pub struct Items<'t> {
    tape: &'t Tape<'t>,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

    #[inline]
    fn next(&mut self) -> Option<Value<'t>> {
        // Reading stops after an error, since the result is discarded: a long array of wrong elements costs nothing.
        if self.at >= self.end || self.tape.note.get().is_some() {
            return None;
        }
        let node = self.at;
        self.at = self.tape.nodes[node as usize].next;
        Some(Value { tape: self.tape, node })
    }
}

/// The JSON kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number without fraction; `1.0` and `1e2` are integers.
    Integer,
    /// A number with a fraction.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// Returns the bits of this kind.
    pub(crate) fn bits(self) -> u8 {
        match self {
            Kind::Null => NULL,
            Kind::Bool => BOOL,
            Kind::Integer => INTEGER | NUMBER,
            Kind::Number => NUMBER,
            Kind::String => STRING,
            Kind::Array => ARRAY,
            Kind::Object => OBJECT,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Null => "null",
            Kind::Bool => "boolean",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        })
    }
}

/// The kind bit of `null`.
pub const NULL: u8 = 1;
/// The kind bit of a boolean.
pub const BOOL: u8 = 2;
/// The kind bit of an integer.
pub const INTEGER: u8 = 4;
/// The kind bit of any number, integers included.
pub const NUMBER: u8 = 8;
/// The kind bit of a string.
pub const STRING: u8 = 16;
/// The kind bit of an array.
pub const ARRAY: u8 = 32;
/// The kind bit of an object.
pub const OBJECT: u8 = 64;
