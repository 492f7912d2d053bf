//! Choice of a union's variant, where a discriminator does not decide.
//!
//! A value and the shapes of the variants go in, the value of a variant comes out. Of the variants whose shape fits, the one is
//! taken that reads without an error, with the fewest values that its contract does not describe, and the first among equals. A
//! value that no variant reads is unknown, and never an error of the document.
//!
//! Nested unions are tried once: the choice is remembered while a value around it is tried. So a document takes as many readings
//! as it has levels, times the variants, however its unions are nested.

use crate::error::DecodeErrorKind;
use crate::read::Value;
use crate::shape::Shape;
use crate::tape::Token;
use std::any::TypeId;

/// Cost of a value that an enum or a union does not know: more than any number of unknown members.
const UNKNOWN: u64 = 1 << 50;

/// Cost of a value inside of an unknown member, or of free-form JSON.
const FREE: u64 = 1 << 16;

/// Cost of an entry of a map: its name is free, and its value is not.
const ENTRY: u64 = FREE - 1;

/// Number of bytes that a remembered choice takes, with the spare room of the table.
const CHOICE: usize = 64;

/// The state of a tape before a trial.
struct Before {
    left: usize,
    strange: u64,
    is_unknown: bool,
    choices: usize,
}

impl Value<'_> {
    /// Reads a union: `read` reads this value as the variant at a place, and beyond the last place as the unknown variant.
    pub fn one_of<U: 'static>(self, variants: &'static [&'static [Shape]], read: fn(Value<'_>, usize) -> U) -> U {
        let unknown = variants.len();
        // After an error the result is discarded.
        if self.tape.note.get().is_some() {
            return read(self, unknown);
        }
        if let Some(place) = self.made(TypeId::of::<U>()) {
            return self.read_as(place, unknown, read);
        }
        let (mut best, mut least, mut tried) = (unknown, u64::MAX, 0);
        let mut next = self.fitting(variants, 0);
        while let Some(place) = next {
            next = self.fitting(variants, place + 1);
            let before = self.begin();
            let value = read(self, place);
            let Some(cost) = self.cost() else {
                return value;
            };
            tried += 1;
            if cost < least {
                (best, least) = (place, cost);
                if cost == 0 || next.is_none() {
                    self.keep(&before);
                    if tried > 1 {
                        self.remember(TypeId::of::<U>(), place);
                    }
                    return value;
                }
            }
            self.undo(&before);
        }
        if tried > 0 {
            self.remember(TypeId::of::<U>(), best);
        }
        self.read_as(best, unknown, read)
    }

    /// Reads this value as the chosen variant.
    fn read_as<U>(self, place: usize, unknown: usize, read: fn(Value<'_>, usize) -> U) -> U {
        if place == unknown {
            self.is_unknown();
        }
        read(self, place)
    }

    /// Returns the variant that was chosen for this value before.
    fn made(self, union: TypeId) -> Option<usize> {
        self.tape.choices.made.borrow().get(&(self.node, union)).copied()
    }

    /// Remembers a choice, if a trial of a value around this one may ask for it again.
    fn remember(self, union: TypeId, place: usize) {
        let choices = &self.tape.choices;
        if choices.depth.get() > 0 && self.affords(CHOICE) {
            choices.made.borrow_mut().insert((self.node, union), place);
        }
    }

    fn begin(self) -> Before {
        let tape = self.tape;
        tape.choices.depth.set(tape.choices.depth.get() + 1);
        Before {
            left: tape.left.get(),
            strange: tape.strange.replace(0),
            is_unknown: tape.choices.is_unknown.get(),
            choices: tape.choices.made.borrow().len(),
        }
    }

    /// Returns the cost of what was read in this trial; the highest if it failed. `None` if the whole document fails, for lack
    /// of memory.
    fn cost(self) -> Option<u64> {
        match self.tape.note.get() {
            None => Some(self.tape.strange.get()),
            Some(note) if note.kind == DecodeErrorKind::Limit => None,
            Some(_) => Some(u64::MAX),
        }
    }

    /// Ends a trial whose value is used.
    fn keep(self, before: &Before) {
        let tape = self.tape;
        tape.choices.depth.set(tape.choices.depth.get() - 1);
        tape.strange.set(tape.strange.get().saturating_add(before.strange));
    }

    /// Ends a trial whose value is discarded: the tape is as before, except for the remembered choices.
    fn undo(self, before: &Before) {
        let tape = self.tape;
        let more = tape.choices.made.borrow().len() - before.choices;
        tape.choices.depth.set(tape.choices.depth.get() - 1);
        tape.strange.set(before.strange);
        tape.choices.is_unknown.set(before.is_unknown);
        tape.left.set(before.left.saturating_sub(more * CHOICE));
        tape.note.set(None);
        let Some(node) = tape.nodes.get(self.node as usize) else {
            return;
        };
        for (at, node) in (self.node..node.next).zip(&tape.nodes[self.node as usize..]) {
            if at != self.node {
                node.taken.set(false);
            }
            if node.token == Token::Object {
                let members = &tape.members[node.end as usize];
                members.left.set(members.count);
                members.cursor.set(at + 1);
            }
        }
    }

    /// Counts this value as one that an enum or a union does not know.
    #[cold]
    pub(super) fn is_unknown(self) {
        self.add(UNKNOWN);
        if self.node == 0 {
            self.tape.choices.is_unknown.set(true);
        }
    }

    /// Counts the content of this value as free-form JSON.
    pub(super) fn is_free(self) {
        self.add(FREE.saturating_mul(self.len() as u64));
    }

    /// Counts this value, its content included, as an unknown member.
    pub(super) fn is_extra(self) {
        let next = self
            .tape
            .nodes
            .get(self.node as usize)
            .map_or(self.node, |node| node.next);
        self.add(FREE.saturating_mul(u64::from(next - self.node)));
    }

    /// Counts entries of a map.
    pub(super) fn has_entries(self, count: usize) {
        self.add(ENTRY.saturating_mul(count as u64));
    }

    fn add(self, cost: u64) {
        let strange = &self.tape.strange;
        strange.set(strange.get().saturating_add(cost));
    }
}
