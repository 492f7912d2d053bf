//! The trait of types that read and write themselves, and the functions for whole documents.
//!
//! Bytes go in and a value comes out, or the other way round. What [`Value`] and [`Writer`] do with any such type stands here,
//! too.

use crate::error::{DecodeError, EncodeError};
use crate::memory::Limits;
use crate::read::Value;
use crate::scan::scan_with;
use crate::tape::{NO_NODE, Tape};
use crate::write::{OutputStyle, Writer};
use std::fmt;

/// Largest depth of nested placeholders. Only a type that requires itself reaches it.
const PLACEHOLDERS: u32 = 512;

/// A type that reads itself from a tape and writes itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON form here",
    note = "use a model of the contract, or `JsonValue`, which accepts any value"
)]
pub trait Json: Sized {
    /// Reads a value. It cannot fail: an error is noted on the tape, and the result is then a placeholder that never leaves the
    /// decoder.
    fn read(value: Value<'_>) -> Self;

    /// Writes a value, as JSON or, for `Debug`, as Rust would show it.
    fn write(&self, w: &mut Writer);

    /// Reads an absent member: an error and a placeholder, except for types with a value for absence.
    #[inline]
    fn absent(value: Value<'_>) -> Self {
        value.placeholder()
    }

    /// Reads itself from the member of this name.
    #[doc(hidden)]
    #[inline]
    fn read_member(object: Value<'_>, name: &'static str) -> Self {
        match object.take(name) {
            Some(value) => Self::read(value),
            None => Self::absent(object.without(name)),
        }
    }

    /// Reads an optional member of this name. A null is absence, except for types that hold null as a value.
    #[doc(hidden)]
    #[inline]
    fn read_optional(object: Value<'_>, name: &'static str) -> Option<Self> {
        object.present(name).map(Self::read)
    }

    /// Writes itself as the member of this name, unless it is left out.
    #[doc(hidden)]
    #[inline]
    fn write_member(&self, name: &'static str, w: &mut Writer) {
        if !self.is_absent() {
            self.write_present(name, w);
        }
    }

    /// Writes itself as the member of this name.
    // Once for each type, not at each member: a program that uses models compiles them again.
    #[doc(hidden)]
    #[inline(never)]
    fn write_present(&self, name: &'static str, w: &mut Writer) {
        w.member(name);
        self.write(w);
    }

    /// Returns `true` if a member with this value is left out.
    #[inline]
    fn is_absent(&self) -> bool {
        false
    }
}

impl Value<'_> {
    /// Reads this value as a `T`.
    #[inline]
    pub fn decode<T: Json>(self) -> T {
        T::read(self)
    }

    /// Reads the member of this name. `T` decides how an absent member reads.
    // Once for each type of member, not at each member: a program that uses models compiles them again.
    #[inline(never)]
    pub fn get<T: Json>(self, member: &'static str) -> T {
        T::read_member(self, member)
    }

    /// Reads a member that must be there and may be null.
    #[inline]
    pub fn nullable<T: Json>(self, member: &'static str) -> Option<T> {
        if let Some(value) = self.take(member) {
            return Option::read(value);
        }
        self.without(member).note_missing();
        None
    }

    /// Reads this value as a `T` on the heap.
    pub fn boxed<T: Json>(self) -> Box<T> {
        self.affords(size_of::<T>());
        Box::new(T::read(self))
    }

    /// Reads a tuple's element at `place`, counted from 0; an absent one reads like a missing member (`-` in a pointer).
    pub fn element<T: Json>(self, place: usize) -> T {
        match self.items().nth(place) {
            Some(value) => T::read(value),
            None => T::absent(self.without("-")),
        }
    }

    /// Notes that the member requested last is missing, and makes a placeholder, which never leaves the decoder.
    ///
    /// # Panics
    /// If a type requires itself, because then no value of it exists. A generator must refuse or break such a cycle.
    #[cold]
    pub(super) fn placeholder<T: Json>(self) -> T {
        self.note_missing();
        let depth = self.tape.placeholders.get();
        assert!(
            depth < PLACEHOLDERS,
            "a type requires itself, so no document can contain it"
        );
        self.tape.placeholders.set(depth + 1);
        let value = T::read(Value {
            tape: self.tape,
            node: NO_NODE,
        });
        self.tape.placeholders.set(depth);
        value
    }
}

impl Writer {
    /// Writes a value.
    #[inline]
    pub fn value<T: Json>(&mut self, value: &T) {
        value.write(self);
    }

    /// Writes a value that `Debug` must not show.
    pub fn hidden<T: Json>(&mut self, value: &T) {
        if self.style == OutputStyle::Json {
            value.write(self);
        } else {
            self.redacted();
        }
    }

    /// Writes a member, or leaves it out if its value is absent.
    #[inline]
    pub fn put<T: Json>(&mut self, member: &'static str, value: &T) -> &mut Self {
        value.write_member(member, self);
        self
    }

    /// Writes a member as [`put`](Self::put) does; a request leaves it out.
    #[inline]
    pub fn put_read_only<T: Json>(&mut self, member: &'static str, value: &T) -> &mut Self {
        self.read_only(|w| w.put(member, value))
    }

    /// Writes a member that must be there and may be null.
    #[inline]
    pub fn nullable<T: Json>(&mut self, member: &'static str, value: &Option<T>) -> &mut Self {
        self.member(member);
        self.value(value);
        self
    }

    /// Writes a member whose value `Debug` must not show.
    #[inline]
    pub fn sensitive<T: Json>(&mut self, member: &'static str, value: &T) -> &mut Self {
        if !value.is_absent() {
            self.member(member);
            self.hidden(value);
        }
        self
    }

    /// Writes a member that must be there and may be null, and whose value `Debug` must not show.
    #[inline]
    pub fn sensitive_nullable<T: Json>(&mut self, member: &'static str, value: &Option<T>) -> &mut Self {
        match value {
            Some(value) => self.sensitive(member, value),
            None => self.nullable::<T>(member, &None),
        }
    }

    /// Writes one element of an array.
    #[inline]
    pub fn item<T: Json>(&mut self, value: &T) {
        self.element();
        value.write(self);
    }
}

/// Decodes a whole document.
#[inline]
pub fn from_slice<T: Json>(bytes: &[u8]) -> Result<T, DecodeError> {
    from_slice_within(bytes, &Limits::default())
}

/// Decodes a whole document within given limits.
pub fn from_slice_within<T: Json>(bytes: &[u8], limits: &Limits) -> Result<T, DecodeError> {
    from_copy(bytes, limits, 0)
}

/// Decodes a document of which `copies` copies exist besides the original; they count as used memory.
pub fn from_copy<T: Json>(bytes: &[u8], limits: &Limits, copies: usize) -> Result<T, DecodeError> {
    let tape = tape_of(bytes, limits, copies)?;
    tape.finish(T::read(tape.root()))
}

/// Decodes as [`from_copy`] does, and returns the cost of what the type does not describe with the value, to compare documents of
/// which only one can be meant: 0 if it describes everything, the highest if it knows nothing of the document.
#[doc(hidden)]
pub fn from_copy_with_cost<T: Json>(bytes: &[u8], limits: &Limits, copies: usize) -> Result<(T, u64), DecodeError> {
    let tape = tape_of(bytes, limits, copies)?;
    let value = tape.finish(T::read(tape.root()))?;
    Ok((value, tape.cost()))
}

/// Decodes a document in which members may lack that its type requires: they get an empty text, zero, an unknown enum value
/// or another placeholder. For tests; what a server sends is read by [`from_slice`].
pub fn from_part<T: Json>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut tape = tape_of(bytes, &Limits::default(), 0)?;
    tape.is_partial = true;
    tape.finish(T::read(tape.root()))
}

/// Decodes a document of a caller, and passes it to a function afterwards. Values that a type keeps although its contract does not allow
/// them are errors: values that no enum or union lists, texts without the form of their type, and null for an optional member.
pub fn from_slice_strict<T: Json, L>(bytes: &[u8], look: impl FnOnce(Value<'_>) -> L) -> Result<(T, L), DecodeError> {
    let mut tape = tape_of(bytes, &Limits::default(), 0)?;
    tape.is_strict = true;
    let value = tape.finish(T::read(tape.root()))?;
    Ok((value, look(tape.root())))
}

/// Passes a whole document to a function; `None` if it cannot be read.
pub fn inspect<T>(bytes: &[u8], limits: &Limits, copies: usize, look: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    tape_of(bytes, limits, copies).ok().map(|tape| look(tape.root()))
}

fn tape_of<'s>(bytes: &'s [u8], limits: &Limits, copies: usize) -> Result<Tape<'s>, DecodeError> {
    // A byte order mark is not part of the text, and may be ignored (RFC 8259, section 8.1).
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    scan_with(bytes, limits, limits.memory_besides(bytes.len(), copies))
}

/// Returns the text at a JSON Pointer; `None` if there is no text, or if the document cannot be read.
pub fn text(bytes: &[u8], limits: &Limits, copies: usize, pointer: &str) -> Option<String> {
    let text = |root: Value<'_>| root.at(pointer)?.as_str().map(str::to_owned);
    inspect(bytes, limits, copies, text).flatten()
}

/// Returns the text or the exact number at a JSON Pointer; `None` if there is neither, or if the document is unreadable.
pub fn scalar(bytes: &[u8], limits: &Limits, copies: usize, pointer: &str) -> Option<String> {
    let scalar = |root: Value<'_>| {
        let value = root.at(pointer)?;
        value.as_str().or_else(|| value.number_text()).map(str::to_owned)
    };
    inspect(bytes, limits, copies, scalar).flatten()
}

/// Encodes a value as a JSON document without white space. Fails for a float that is not finite.
pub fn to_vec<T: Json>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::new();
    value.write(&mut writer);
    writer.finish()
}

/// Encodes a value as [`to_vec`] does, without the members that only responses have (`readOnly`), at every depth.
pub fn to_request<T: Json>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::for_request();
    value.write(&mut writer);
    writer.finish()
}

/// Writes a value for `Debug`; `{:#?}` is indented.
pub fn debug<T: Json>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut writer = Writer::new();
    writer.style = if f.alternate() {
        OutputStyle::Pretty
    } else {
        OutputStyle::Line
    };
    value.write(&mut writer);
    f.write_str(&String::from_utf8_lossy(writer.out.as_slice()))
}
