//! Choice of a union's variant, where a discriminator does not decide.
//!
//! A value and the shapes of the variants go in, the value of a variant comes out. Of the variants whose shape fits, the one is
//! taken that reads without an error, with the fewest values that its contract does not describe, and the first among equals. A
//! value that no variant reads is unknown, and never an error of the document.
//!
//! Nested unions are tried once: the choice is remembered while a value around it is tried. So a document takes as many readings
//! as it has levels, times the variants, however its unions are nested.
//!
//! Open enums are tables of text or number and variant. A value that is not in the table becomes the unknown variant
//! and is written unchanged. Their loops are plain, because they are compiled once for every enum, as would be the
//! functions of an iterator.

use crate::codec::Json;
use crate::error::DecodeErrorKind;
use crate::read::{OBJECT, Value};
use crate::tape::TapeToken;
use crate::write::Writer;
use std::any::TypeId;
use std::mem::discriminant;

/// Cost of a value that an enum or a union does not know: more than any number of unknown members.
const UNKNOWN: u64 = 1 << 50;

/// Cost of a value inside of an unknown member, or of free-form JSON.
const FREE: u64 = 1 << 16;

/// Cost of an entry of a map: its name is free, and its value is not.
const ENTRY: u64 = FREE - 1;

/// Number of bytes that a remembered choice takes, with the spare room of the table.
const CHOICE: usize = 64;

/// The state of a tape before a trial.
struct TapeMark {
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

    /// Reads this value as one whose discriminator a union does not know.
    pub fn unknown<T: Json>(self) -> T {
        self.is_unknown();
        self.decode()
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

    fn begin(self) -> TapeMark {
        let tape = self.tape;
        tape.choices.depth.set(tape.choices.depth.get() + 1);
        TapeMark {
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
    fn keep(self, before: &TapeMark) {
        let tape = self.tape;
        tape.choices.depth.set(tape.choices.depth.get() - 1);
        tape.strange.set(tape.strange.get().saturating_add(before.strange));
    }

    /// Ends a trial whose value is discarded: the tape is as before, except for the remembered choices.
    fn undo(self, before: &TapeMark) {
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
            if node.token == TapeToken::Object {
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
        self.check_strictly("a value that the contract lists", || false);
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

/// The visible properties of a variant, by the contract.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Accepted JSON kinds, as bits.
    pub kinds: u8,
    /// Required members, for objects.
    pub required: &'static [&'static str],
    /// Members with fixed values, if they are there: the text of a string, or the JSON text of another scalar.
    /// Numbers are compared by value.
    pub constants: &'static [(&'static str, &'static [&'static str])],
}

impl Value<'_> {
    /// Returns the place of the first variant, at `from` or later, with a shape that this value matches.
    pub(super) fn fitting(self, variants: &[&[Shape]], from: usize) -> Option<usize> {
        let kind = self.kind().bits();
        let fits = |shapes: &&[Shape]| shapes.iter().any(|shape| self.fits(kind, shape));
        let found = variants.get(from..)?.iter().position(fits)?;
        Some(from + found)
    }

    fn fits(self, kind: u8, shape: &Shape) -> bool {
        shape.kinds & kind != 0
            && (kind != OBJECT
                || (shape.required.iter().all(|member| self.peek(member).is_some())
                    && shape
                        .constants
                        .iter()
                        .all(|(member, texts)| self.has_constant(member, texts))))
    }

    fn has_constant(self, member: &str, texts: &[&str]) -> bool {
        self.peek(member)
            .is_none_or(|value| texts.iter().any(|text| value.is_scalar(text)))
    }
}

/// An open enum of strings.
pub trait Enum: Sized + Clone + PartialEq + 'static {
    /// Every known value and its variant, in contract order.
    const TABLE: &'static [(&'static str, Self)];
    /// The variant that holds a value which is not in the table.
    const UNKNOWN: fn(String) -> Self;
    /// True if the contract allows any other text, so that it is not unknown.
    const ALLOWS_OTHERS: bool = false;
    /// The name of the type, if `Debug` must not show its values.
    const SECRET: Option<&'static str> = None;
    /// Returns the text in the unknown variant.
    fn unknown_text(&self) -> Option<&str>;
}

impl<E: Enum> Json for E {
    #[inline]
    fn read(value: Value<'_>) -> Self {
        let read = enum_from(value.string());
        if !E::ALLOWS_OTHERS && E::unknown_text(&read).is_some() {
            value.is_unknown();
        }
        read
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        match E::SECRET {
            None => w.choice(enum_text(self), !E::ALLOWS_OTHERS && self.unknown_text().is_some()),
            Some(name) => w.secret(name, enum_text(self)),
        }
    }
}

/// An open enum of integers.
pub trait IntEnum: Sized + Clone + PartialEq + 'static {
    /// Every known value and its variant, in contract order.
    const TABLE: &'static [(i64, Self)];
    /// The variant that holds a value which is not in the table.
    const UNKNOWN: fn(i64) -> Self;
    /// True if the contract allows any other number, so that it is not unknown.
    const ALLOWS_OTHERS: bool = false;
    /// Returns the number in the unknown variant.
    fn unknown_value(&self) -> Option<i64>;
}

/// Returns the variant of a text.
pub fn enum_from<E: Enum>(text: &str) -> E {
    for (known, variant) in E::TABLE {
        if *known == text {
            return variant.clone();
        }
    }
    (E::UNKNOWN)(text.to_owned())
}

/// Implements for a type with `as_str` what every text can do: it compares with text, and is given where text is wanted.
#[doc(hidden)]
#[macro_export]
macro_rules! is_text {
    ($type:ident) => {
        impl ::std::cmp::PartialEq<str> for $type {
            #[inline]
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl ::std::cmp::PartialEq<&str> for $type {
            #[inline]
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }

        impl ::std::convert::AsRef<str> for $type {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    };
}

/// Returns the text of a variant. (A variant that is neither unknown nor in the table has none: its table is wrong.)
pub fn enum_text<E: Enum>(value: &E) -> &str {
    if let Some(text) = value.unknown_text() {
        return text;
    }
    for (text, variant) in E::TABLE {
        if discriminant(variant) == discriminant(value) {
            return text;
        }
    }
    ""
}

/// Returns the number of a variant.
pub fn enum_int<E: IntEnum>(value: &E) -> i64 {
    if let Some(number) = value.unknown_value() {
        return number;
    }
    for (number, variant) in E::TABLE {
        if discriminant(variant) == discriminant(value) {
            return *number;
        }
    }
    0
}

/// Reads an open enum of integers.
pub fn read_int_enum<E: IntEnum>(value: Value<'_>) -> E {
    let number = i64::read(value);
    for (known, variant) in E::TABLE {
        if *known == number {
            return variant.clone();
        }
    }
    if !E::ALLOWS_OTHERS {
        value.is_unknown();
    }
    (E::UNKNOWN)(number)
}

/// Writes an open enum of integers.
#[inline]
pub fn write_int_enum<E: IntEnum>(value: &E, w: &mut Writer) {
    match value.unknown_value() {
        Some(number) if !E::ALLOWS_OTHERS && w.is_debug() => w.shown(&format_args!("Unknown({number})")),
        _ => enum_int(value).write(w),
    }
}
