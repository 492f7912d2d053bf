//! JSON (RFC 8259) to a tree: strict, fast, without copies of texts that are verbatim in the file.

use super::build::{Reported, TreeBuilder};
use super::tree::{Notation, TextAt};
use crate::diag::{Code, Diagnostic};
use crate::limits;

struct JsonReader<'s, 'b, 'r> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    builder: &'b mut TreeBuilder<'r>,
}

/// Open arrays and objects, innermost last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Array,
    Object,
}

pub(super) fn read_json(text: &str, start: usize, builder: &mut TreeBuilder<'_>) -> Result<(), Reported> {
    let mut reader = JsonReader {
        text,
        bytes: text.as_bytes(),
        at: start,
        builder,
    };
    reader.document()?;
    reader.space();
    match reader.bytes.get(reader.at) {
        None => Ok(()),
        Some(_) => Err(reader.unexpected("the end of the file")),
    }
}

impl JsonReader<'_, '_, '_> {
    fn document(&mut self) -> Result<(), Reported> {
        let mut inside = Vec::new();
        loop {
            self.space();
            // A value, or the closing bracket of an empty array or object.
            let start = self.at;
            match self.peek() {
                Some(b'{') => {
                    self.builder.open(true, self.builder.span(start, start + 1))?;
                    self.at += 1;
                    self.space();
                    if self.peek() != Some(b'}') {
                        inside.push(Inside::Object);
                        self.key()?;
                        continue;
                    }
                    self.at += 1;
                    self.builder.close(Some(self.at))?;
                }
                Some(b'[') => {
                    self.builder.open(false, self.builder.span(start, start + 1))?;
                    self.at += 1;
                    self.space();
                    if self.peek() != Some(b']') {
                        inside.push(Inside::Array);
                        continue;
                    }
                    self.at += 1;
                    self.builder.close(Some(self.at))?;
                }
                Some(b'"') => {
                    let text = self.string()?;
                    let span = self.builder.span(start, self.at);
                    self.builder.scalar(text, Notation::Quoted, span)?;
                }
                _ => self.word()?,
            }
            if self.after_value(&mut inside)? {
                return Ok(());
            }
        }
    }

    /// Reads commas and closing brackets; true when the document is complete.
    fn after_value(&mut self, inside: &mut Vec<Inside>) -> Result<bool, Reported> {
        loop {
            let Some(innermost) = inside.last().copied() else {
                return Ok(true);
            };
            self.space();
            match (innermost, self.peek()) {
                (Inside::Array, Some(b',')) => {
                    self.at += 1;
                    return Ok(false);
                }
                (Inside::Object, Some(b',')) => {
                    self.at += 1;
                    self.space();
                    self.key()?;
                    return Ok(false);
                }
                (Inside::Array, Some(b']')) | (Inside::Object, Some(b'}')) => {
                    self.at += 1;
                    inside.pop();
                    self.builder.close(Some(self.at))?;
                }
                (Inside::Array, _) => return Err(self.unexpected("`,` or `]`")),
                (Inside::Object, _) => return Err(self.unexpected("`,` or `}`")),
            }
        }
    }

    fn key(&mut self) -> Result<(), Reported> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let text = self.string()?;
        self.builder.key(text, self.builder.span(start, self.at));
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self) -> Result<(), Reported> {
        let start = self.at;
        let len = self.bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
            .count();
        let word = &self.bytes[start..start + len];
        if !matches!(word, b"true" | b"false" | b"null") && !is_number(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += len;
        self.builder.scalar(
            TreeBuilder::written(start, len),
            Notation::Plain,
            self.builder.span(start, self.at),
        )?;
        Ok(())
    }

    /// Reads a string; the position moves from its opening quote to after its closing quote.
    fn string(&mut self) -> Result<TextAt, Reported> {
        let start = self.at + 1;
        self.at = start;
        let mut decoded: Option<String> = None;
        let mut copied = start;
        loop {
            let plain = self.bytes[self.at..]
                .iter()
                .take_while(|byte| !matches!(**byte, b'"' | b'\\' | 0..=0x1F))
                .count();
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    let end = self.at;
                    self.at += 1;
                    let Some(mut text) = decoded else {
                        return Ok(TreeBuilder::written(start, end - start));
                    };
                    text.push_str(&self.text[copied..end]);
                    return Ok(self.builder.decoded(&text));
                }
                Some(b'\\') => {
                    let text = decoded.get_or_insert_default();
                    text.push_str(&self.text[copied..self.at]);
                    let c = self.escape()?;
                    decoded.get_or_insert_default().push(c);
                    copied = self.at;
                }
                Some(b'\n' | b'\r') | None => return Err(self.unclosed(start)),
                Some(byte) => {
                    let message = match byte {
                        b'\t' => "this string contains a tab, which JSON does not allow".to_owned(),
                        _ => format!("this string contains the control character 0x{byte:02X}"),
                    };
                    let span = self.builder.span(self.at, self.at + 1);
                    let help = "write it as an escape, such as `\\t`, `\\n` or `\\u0001`";
                    return Err(self
                        .builder
                        .fail(Diagnostic::new(Code::Syntax, message).at(span).help(help)));
                }
            }
        }
    }

    /// Reports a string whose line ends before its closing quote.
    fn unclosed(&mut self, start: usize) -> Reported {
        let span = self.builder.span(start - 1, start);
        let message = "this string is not closed at the end of its line";
        let help = "add the closing `\"`; write a line break in a string as `\\n`";
        self.builder
            .fail(Diagnostic::new(Code::Syntax, message).at(span).help(help))
    }

    fn escape(&mut self) -> Result<char, Reported> {
        let start = self.at;
        let c = match self.bytes.get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => {
                let span = self.builder.span(start, start + 1);
                return Err(self.builder.fail(
                    Diagnostic::new(Code::Syntax, "JSON does not have this escape")
                        .at(span)
                        .help("write a backslash as `\\\\`"),
                ));
            }
        };
        self.at += 2;
        Ok(c)
    }

    fn unicode(&mut self, start: usize) -> Result<char, Reported> {
        let first = self.hex(start)?;
        self.at = start + 6;
        let code = match first {
            0xD800..=0xDBFF if self.bytes[self.at..].starts_with(b"\\u") => match self.hex(self.at)? {
                second @ 0xDC00..=0xDFFF => {
                    self.at += 6;
                    0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                }
                _ => first,
            },
            code => code,
        };
        if let Some(c) = char::from_u32(code) {
            return Ok(c);
        }
        let span = self.builder.span(start, start + 6);
        let message = "half of a surrogate pair is not a character";
        self.builder
            .tolerate(Diagnostic::new(Code::LoneSurrogate, message).at(span))?;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self, at: usize) -> Result<u32, Reported> {
        let digits = self
            .bytes
            .get(at + 2..at + 6)
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let code = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        code.ok_or_else(|| {
            let span = self.builder.span(at, at + 2);
            self.builder
                .fail(Diagnostic::new(Code::Syntax, "`\\u` requires four hexadecimal digits").at(span))
        })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        self.at += self.bytes[self.at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
    }

    fn unexpected(&mut self, wanted: &str) -> Reported {
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        let (message, len) = match found {
            Some(c) if c.is_alphanumeric() => {
                let word = self.text[self.at..].chars().take_while(|c| c.is_alphanumeric());
                let word: String = word.take(limits::WORD_CHARACTERS).collect();
                (format!("expected {wanted}, found `{word}`"), word.len())
            }
            Some(c @ ('"' | '\'')) => (format!("expected {wanted}, found `{c}`"), 1),
            Some(c) => (format!("expected {wanted}, found `{}`", c.escape_debug()), c.len_utf8()),
            None => (format!("expected {wanted}, found the end of the file"), 0),
        };
        let span = self.builder.span(self.at, self.at + len);
        let mut unexpected = Diagnostic::new(Code::Syntax, message).at(span);
        if let Some(help) = self.correction(found) {
            unexpected = unexpected.help(help);
        }
        self.builder.fail(unexpected)
    }

    /// Returns the correction of a character that JSON does not allow here.
    fn correction(&self, found: Option<char>) -> Option<&'static str> {
        let before = self.text.get(..self.at).unwrap_or_default().trim_end();
        match found? {
            '/' | '#' => Some("remove the comment; JSON has no comments"),
            '\'' => Some("write texts in double quotes"),
            '0' => Some("remove the zeros at the beginning of the number"),
            '}' | ']' if before.ends_with(',') => {
                Some("remove the `,` before it; JSON allows no comma after the last item")
            }
            '"' | '{' | '[' if !before.ends_with(['{', '[', ',', ':']) => Some("add a `,` after the value before it"),
            '=' => Some("write `:` between a key and its value"),
            c if c.is_alphabetic() => {
                Some("write texts and keys in double quotes, and `true`, `false` and `null` in lower case")
            }
            _ => None,
        }
    }
}

/// Returns true for a number of RFC 8259, section 6.
fn is_number(word: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let len = digits(fraction);
        if len == 0 {
            return false;
        }
        rest = &fraction[len..];
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        let exponent = exponent
            .strip_prefix(b"+")
            .or_else(|| exponent.strip_prefix(b"-"))
            .unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}
