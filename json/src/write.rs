//! Writing: [`Writer`] takes members and values and makes JSON text, or the output of `Debug`.
//!
//! Types call it in the order of their members. It must never print sensitive or unknown values in `Debug`, and never produce
//! text that is not JSON otherwise: a value that JSON cannot represent is noted and becomes an error at the end.
//!
//! `Debug` shows sensitive members as `[redacted]`, unknown members as their names, and unknown variants as their tags.

use crate::error::EncodeError;
use crate::lexis::is_number;
use crate::memory::{Buffer, Limits};
use crate::scan::scan;
use std::fmt::{self, Write as _};

/// The output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputStyle {
    Json,
    /// `{:?}`
    Line,
    /// `{:#?}`
    Pretty,
}

/// The output to which types write themselves.
pub struct Writer {
    pub(super) out: Buffer,
    pub(super) style: OutputStyle,
    /// `true` for a request, which has no member that only the server gives.
    is_request: bool,
    /// Number of open types and arrays; for [`OutputStyle::Pretty`] alone.
    pub(super) level: usize,
    /// Place in `out` and kind of the first value that JSON cannot represent.
    fault: Option<(usize, &'static str)>,
    /// `true` if extra members were written, whose names may collide with those of the type.
    pub(super) added: bool,
}

/// The written text never prints.
impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn new() -> Self {
        Writer {
            out: Buffer::new(),
            style: OutputStyle::Json,
            is_request: false,
            level: 0,
            fault: None,
            added: false,
        }
    }

    /// Creates a writer that leaves out what only responses have.
    pub(super) fn for_request() -> Self {
        Writer {
            is_request: true,
            ..Self::new()
        }
    }

    /// Writes a member that only responses have (`readOnly`): a request leaves it out.
    #[inline]
    pub fn read_only(&mut self, write: impl FnOnce(&mut Self) -> &mut Self) -> &mut Self {
        if self.is_request { self } else { write(self) }
    }

    /// Starts an object. `Debug` shows the name of its type.
    pub fn begin(&mut self, type_name: &'static str) -> &mut Self {
        if self.style == OutputStyle::Json {
            self.out.push(b'{');
        } else {
            self.debug_begin(type_name);
        }
        self
    }

    /// Ends an object.
    #[inline]
    pub fn end(&mut self) {
        if self.style == OutputStyle::Json {
            self.out.push(b'}');
        } else {
            self.debug_end(b'{', b'}');
        }
    }

    /// Writes a member whose value the contract fixes.
    pub fn constant(&mut self, member: &'static str, text: &'static str) -> &mut Self {
        self.member(member);
        self.string(text);
        self
    }

    /// Writes the name of an extra member, and notes an error if it is one of the known names.
    pub(super) fn beside(&mut self, known: &[&str], name: &str) {
        self.member(name);
        if self.style == OutputStyle::Json && known.contains(&name) && self.fault.is_none() {
            self.fault = Some((self.out.len(), "an additional member of the name of another one"));
        }
    }

    /// Writes the name of a member; its value must follow.
    pub fn member(&mut self, name: &str) {
        if self.style != OutputStyle::Json {
            return self.debug_member(name);
        }
        self.out.name(name);
    }

    /// Writes a member that is a string.
    pub(super) fn string_member(&mut self, name: &str, text: &str) {
        if self.style == OutputStyle::Json {
            self.out.named_string(name, text);
        } else {
            self.debug_member(name);
            self.debug_string(text);
        }
    }

    /// Starts a map, an object whose names are data.
    pub fn begin_map(&mut self) {
        self.begin("");
    }

    /// Writes a name of a map; its value must follow.
    pub fn key(&mut self, name: &str) {
        if self.style == OutputStyle::Json {
            self.member(name);
        } else {
            self.debug_key(name);
        }
    }

    /// Ends a map.
    pub fn end_map(&mut self) {
        self.end();
    }

    /// Starts an array.
    pub fn begin_array(&mut self) {
        self.out.push(b'[');
        self.level += 1;
    }

    /// Writes the separator before the next element of an array; its value must follow.
    #[inline]
    pub fn element(&mut self) {
        if self.style != OutputStyle::Json {
            return self.debug_separator(b'[');
        }
        if self.out.last() != Some(&b'[') {
            self.out.push(b',');
        }
    }

    /// Ends an array.
    pub fn end_array(&mut self) {
        if self.style == OutputStyle::Json {
            self.level -= 1;
            self.out.push(b']');
        } else {
            self.debug_end(b'[', b']');
        }
    }

    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        if self.style == OutputStyle::Json {
            self.out.string(text);
        } else {
            self.debug_string(text);
        }
    }

    /// Writes a string with the name of its type, such as an id: `Debug` shows `OrderId("c-1")`.
    pub fn newtype(&mut self, type_name: &'static str, text: &str) {
        if self.style == OutputStyle::Json {
            self.out.string(text);
        } else {
            self.debug_newtype(type_name, Some(text));
        }
    }

    /// Writes a sensitive string with the name of its type: `Debug` shows `Iban([redacted])`.
    pub fn secret(&mut self, type_name: &'static str, text: &str) {
        if self.style == OutputStyle::Json {
            self.out.string(text);
        } else {
            self.debug_newtype(type_name, None);
        }
    }

    /// Writes the text of an enumeration; `Debug` shows `Unknown("text")` for a value that the contract does not declare.
    pub(super) fn choice(&mut self, text: &str, is_unknown: bool) {
        if is_unknown && self.style != OutputStyle::Json {
            self.debug_newtype("Unknown", Some(text));
        } else {
            self.string(text);
        }
    }

    /// Writes the text of a number unchanged. Text that is not a JSON number makes the encoding fail.
    pub fn number_text(&mut self, text: &str) {
        if self.style == OutputStyle::Json && !is_number(text) {
            return self.fault("a number that is none");
        }
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes the text of a number that was checked before.
    pub(crate) fn checked_number(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes an integer.
    #[inline]
    pub fn signed(&mut self, value: i128) {
        if value < 0 {
            self.out.push(b'-');
        }
        self.digits(value.unsigned_abs());
    }

    /// Writes an integer that is not negative.
    #[inline]
    pub fn unsigned(&mut self, value: u128) {
        self.digits(value);
    }

    /// Writes a float so that it reads back as the same. Infinity and NaN make the encoding fail.
    pub fn float(&mut self, value: f64) {
        if self.style == OutputStyle::Json && !value.is_finite() {
            return self.fault("a float that is not finite");
        }
        let _ = write!(self.out, "{value:?}");
    }

    /// Writes a boolean.
    pub fn bool(&mut self, value: bool) {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// Writes null.
    pub fn null(&mut self) {
        self.out.extend_from_slice(if self.style == OutputStyle::Json {
            b"null"
        } else {
            b"None"
        });
    }

    /// Notes that JSON cannot represent this value.
    #[cold]
    fn fault(&mut self, what: &'static str) {
        if self.fault.is_none() {
            self.fault = Some((self.out.len(), what));
        }
        self.out.extend_from_slice(b"null");
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, EncodeError> {
        let Some((offset, what)) = self.fault else {
            let out = self.out.into_vec();
            return if self.added { once_each(out) } else { Ok(out) };
        };
        // A placeholder marks the place of the fault, so that its pointer can be found in the written text.
        let pointer =
            scan(self.out.as_slice(), &Limits::NONE).map_or_else(|_| String::new(), |tape| tape.pointer_at(offset));
        Err(EncodeError { what, pointer })
    }

    #[inline]
    fn digits(&mut self, value: u128) {
        // Nearly all numbers fit.
        match u64::try_from(value) {
            Ok(small) => self.out.digits(small),
            Err(_) => drop(write!(self.out, "{value}")),
        }
    }
}

/// Returns the document, or an error if a member occurs twice.
#[cold]
fn once_each(out: Vec<u8>) -> Result<Vec<u8>, EncodeError> {
    // The tape borrows the text, and must be dropped before the text is returned.
    let twice = scan(&out, &Limits::NONE).map(drop);
    match twice {
        Ok(()) => Ok(out),
        Err(twice) => Err(EncodeError {
            what: "an additional member of the name of another one",
            pointer: twice.pointer().to_owned(),
        }),
    }
}

/// Placeholder of a sensitive value.
const REDACTED: &str = "[redacted]";

impl Writer {
    #[cold]
    pub(crate) fn debug_begin(&mut self, type_name: &'static str) {
        self.out.extend_from_slice(type_name.as_bytes());
        self.out
            .extend_from_slice(if type_name.is_empty() { b"{" } else { b" {" });
        self.level += 1;
    }

    #[cold]
    pub(crate) fn debug_end(&mut self, open: u8, close: u8) {
        self.level -= 1;
        if self.out.last() != Some(&open) {
            match self.style {
                OutputStyle::Pretty => {
                    self.out.push(b',');
                    self.new_line();
                }
                _ if open == b'{' => self.out.push(b' '),
                _ => {}
            }
        }
        self.out.push(close);
    }

    /// Writes the separator before a member or an element.
    #[cold]
    pub(crate) fn debug_separator(&mut self, open: u8) {
        let first = self.out.last() == Some(&open);
        if !first {
            self.out.push(b',');
        }
        match self.style {
            OutputStyle::Pretty => self.new_line(),
            _ if first && open == b'[' => {}
            _ => self.out.push(b' '),
        }
    }

    #[cold]
    pub(crate) fn debug_member(&mut self, name: &str) {
        self.debug_separator(b'{');
        // A name from outside may contain control characters.
        let _ = write!(self.out, "{}: ", name.escape_debug());
    }

    #[cold]
    pub(crate) fn debug_key(&mut self, name: &str) {
        self.debug_separator(b'{');
        let _ = write!(self.out, "{name:?}: ");
    }

    #[cold]
    pub(crate) fn debug_string(&mut self, text: &str) {
        let _ = write!(self.out, "{text:?}");
    }

    #[cold]
    pub(crate) fn debug_newtype(&mut self, type_name: &'static str, text: Option<&str>) {
        let _ = match text {
            Some(text) => write!(self.out, "{type_name}({text:?})"),
            None => write!(self.out, "{type_name}({REDACTED})"),
        };
    }

    #[cold]
    pub(crate) fn redacted(&mut self) {
        self.out.extend_from_slice(REDACTED.as_bytes());
    }

    /// Writes a text for `Debug`; in JSON it writes nothing.
    #[cold]
    pub(crate) fn shown(&mut self, text: &dyn fmt::Display) {
        let _ = write!(self.out, "{text}");
    }

    pub(crate) fn is_debug(&self) -> bool {
        self.style != OutputStyle::Json
    }

    fn new_line(&mut self) {
        self.out.push(b'\n');
        for _ in 0..self.level {
            self.out.extend_from_slice(b"    ");
        }
    }
}
