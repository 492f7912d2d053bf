//! The output of `Debug`, so that one place decides which values are shown.
//!
//! A value goes in, text as Rust would derive it comes out, on one line or indented. Sensitive members show as `[redacted]`,
//! unknown members as their names, unknown variants as their tags; their values must never appear.

use super::{Style, Writer};
use std::fmt::{self, Write as _};

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
                Style::Pretty => {
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
            Style::Pretty => self.new_line(),
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
        self.style != Style::Json
    }

    fn new_line(&mut self) {
        self.out.push(b'\n');
        for _ in 0..self.level {
            self.out.extend_from_slice(b"    ");
        }
    }
}
