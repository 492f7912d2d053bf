//! Text to tape: one pass over a JSON document (RFC 8259).
//!
//! The document's text comes in, a [`Tape`] or the first fault with its place goes out. It must never recurse (nesting is kept
//! on a heap of frames), never accept a document that RFC 8259 refuses, and never accept a name twice in one object.

mod duplicates;

use crate::error::{DecodeError, DecodeErrorKind};
use crate::lexis::{Fault, escape, hash, hash_within, length_bit, mask_bit, number, plain_run};
use crate::memory::{self, Limits, Pool, TOO_MUCH, grow, growth};
use crate::tape::{Escape, MANY, Members, NO_NODE, NameSpan, Tape, TapeNode, TapeToken, push_segment};
use std::cell::Cell;

/// Length of a list above which the entries still to come are counted before it grows.
const LONG: usize = 1 << 14;

thread_local! {
    static LISTS: Pool<OpenContainer, (u32, u32)> = const { memory::empty() };
}

/// An object or array that has been opened and not yet closed.
#[derive(Clone, Copy)]
struct OpenContainer {
    node: u32,
    /// Index in `members`, or [`NO_NODE`] for an array.
    object: u32,
    /// Start of this object's names in the list of hashes.
    names: usize,
    count: u32,
    lengths: u32,
    mask: u64,
}

impl OpenContainer {
    /// The frame around the document.
    const OUTSIDE: OpenContainer = OpenContainer {
        node: NO_NODE,
        object: NO_NODE,
        names: 0,
        count: 0,
        lengths: 0,
        mask: 0,
    };
}

/// A fault was stored in the scan. (The fault itself would make every result large.)
struct ScanFailed;

struct Scan<'s> {
    bytes: &'s [u8],
    tape: Tape<'s>,
    frame: OpenContainer,
    frames: Vec<OpenContainer>,
    depth: usize,
    /// Name of the next value, and `true` if it has escapes.
    name: (NameSpan, bool),
    /// Hash and node of each member of every open object.
    names: Vec<(u32, u32)>,
    fault: Option<Fault>,
    /// The fault is inside of a value, not of a name.
    is_in_value: bool,
}

/// Scans a whole document.
pub(super) fn scan<'s>(bytes: &'s [u8], limits: &Limits) -> Result<Tape<'s>, DecodeError> {
    scan_with(bytes, limits, limits.memory_besides(bytes.len(), 0))
}

/// Scans a whole document within a memory limit.
pub(super) fn scan_with<'s>(bytes: &'s [u8], limits: &Limits, memory: usize) -> Result<Tape<'s>, DecodeError> {
    if bytes.len() > limits.bytes.min(NO_NODE as usize - 1) {
        return Err(DecodeError::at(
            DecodeErrorKind::Limit,
            "a smaller document",
            String::new(),
            "",
            0,
        ));
    }
    let source = match std::str::from_utf8(bytes) {
        Ok(source) => source,
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let good = std::str::from_utf8(good).unwrap_or_default();
            return Err(DecodeError::at(
                DecodeErrorKind::Encoding,
                "UTF-8",
                String::new(),
                good,
                good.len(),
            ));
        }
    };
    let (frames, names) = memory::take(&LISTS);
    let mut scan = Scan {
        bytes: source.as_bytes(),
        tape: Tape::new(source, memory),
        frame: OpenContainer::OUTSIDE,
        frames,
        depth: limits.depth,
        name: (NameSpan::default(), false),
        names,
        fault: None,
        is_in_value: false,
    };
    let done = scan.document();
    let given_back = scan.names.capacity() * size_of::<(u32, u32)>();
    scan.tape.left.set(scan.tape.left.get().saturating_add(given_back));
    memory::keep(
        &LISTS,
        std::mem::take(&mut scan.frames),
        std::mem::take(&mut scan.names),
    );
    let Some(fault) = scan.fault.filter(|_| done.is_err()) else {
        return Ok(scan.tape);
    };
    let mut pointer = String::new();
    if scan.frame.node != NO_NODE {
        pointer = scan.tape.pointer(scan.frame.node);
    }
    let is_member = scan.frame.object != NO_NODE;
    let is_lone = fault.kind == DecodeErrorKind::Surrogate && scan.is_in_value;
    if is_lone && !is_member && scan.frame.node != NO_NODE {
        push_segment(&mut pointer, &(scan.frame.count - 1).to_string());
    } else if fault.kind == DecodeErrorKind::Duplicate || is_lone && is_member {
        push_segment(&mut pointer, scan.tape.name_text(scan.name.0, scan.name.1));
    }
    Err(DecodeError::at(fault.kind, fault.what, pointer, source, fault.at))
}

/// Returns the index of the next byte that is not white space, and the byte; 0 at the end (NUL is allowed nowhere).
#[inline]
fn next(bytes: &[u8], mut at: usize) -> (usize, u8) {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            Some(&byte) => return (at, byte),
            None => return (at, 0),
        }
        // Indented lines start with many spaces.
        while bytes.get(at..).and_then(<[u8]>::first_chunk) == Some(b"    ") {
            at += 4;
        }
    }
}

impl Scan<'_> {
    #[cold]
    fn fail(&mut self, at: usize, kind: DecodeErrorKind, what: &'static str) -> ScanFailed {
        self.fault = Some(Fault { at, kind, what });
        ScanFailed
    }

    #[cold]
    fn syntax(&mut self, at: usize, what: &'static str) -> ScanFailed {
        self.fail(at, DecodeErrorKind::Syntax, what)
    }

    // Offsets fit: the document's length was checked against u32 before anything was read.
    #[allow(clippy::cast_possible_truncation)]
    #[inline]
    fn push(&mut self, token: TapeToken, escaped: bool, start: usize, end: usize, next: Option<u32>) -> u32 {
        let node = self.tape.nodes.len() as u32;
        self.tape.nodes.push(TapeNode {
            start: start as u32,
            end: end as u32,
            next: next.unwrap_or(node + 1),
            token,
            escaped,
            name: self.name.0,
            name_escaped: self.name.1,
            taken: Cell::new(false),
        });
        node
    }

    fn document(&mut self) -> Result<(), ScanFailed> {
        let bytes = self.bytes;
        let mut at = 0;
        'value: loop {
            let (start, byte) = next(bytes, at);
            if self.tape.nodes.len() == self.tape.nodes.capacity() {
                self.more_nodes(start)?;
            }
            match byte {
                b'"' => {
                    let Ok((end, escaped)) = self.string(start + 1) else {
                        self.is_in_value = true;
                        return Err(ScanFailed);
                    };
                    self.push(TapeToken::String, escaped, start + 1, end, None);
                    at = end + 1;
                }
                b'-' | b'0'..=b'9' => {
                    let (end, integer) = match number(bytes, start) {
                        Ok(found) => found,
                        Err(at) => return Err(self.syntax(at, "a digit of a number")),
                    };
                    self.push(
                        if integer { TapeToken::Integer } else { TapeToken::Number },
                        false,
                        start,
                        end,
                        None,
                    );
                    at = end;
                }
                b'{' => {
                    self.open(TapeToken::Object, start)?;
                    let (inside, byte) = next(bytes, start + 1);
                    at = inside;
                    if byte == b'}' {
                        self.close()?;
                        at += 1;
                    } else {
                        at = self.name(at)?;
                        continue 'value;
                    }
                }
                b'[' => {
                    self.open(TapeToken::Array, start)?;
                    let (inside, byte) = next(bytes, start + 1);
                    at = inside;
                    if byte == b']' {
                        self.close()?;
                        at += 1;
                    } else {
                        self.frame.count = 1;
                        continue 'value;
                    }
                }
                b't' => at = self.word(start, b"true", TapeToken::True)?,
                b'f' => at = self.word(start, b"false", TapeToken::False)?,
                b'n' => at = self.word(start, b"null", TapeToken::Null)?,
                _ => return Err(self.syntax(start, "a value")),
            }
            loop {
                let (found, byte) = next(bytes, at);
                at = found;
                if self.frame.node == NO_NODE {
                    return if at == bytes.len() {
                        Ok(())
                    } else {
                        Err(self.syntax(at, "the end"))
                    };
                }
                let in_array = self.frame.object == NO_NODE;
                match byte {
                    b',' if in_array => {
                        at += 1;
                        self.frame.count += 1;
                        continue 'value;
                    }
                    b',' => {
                        at = self.name(at + 1)?;
                        continue 'value;
                    }
                    b']' if in_array => self.close()?,
                    b'}' if !in_array => self.close()?,
                    _ => {
                        return Err(self.syntax(at, if in_array { "`,` or `]`" } else { "`,` or `}`" }));
                    }
                }
                at += 1;
            }
        }
    }

    #[cold]
    fn too_much(&mut self, at: usize) -> ScanFailed {
        self.fail(at, DecodeErrorKind::Limit, TOO_MUCH)
    }

    /// Returns the largest number of entries still to come; for a long list, the number of bytes from `at` on that can start
    /// one.
    #[cold]
    fn most(&self, at: usize, capacity: usize, begins: impl Fn(u8) -> bool) -> usize {
        if capacity < LONG {
            return usize::MAX;
        }
        self.bytes[at..].iter().map(|&byte| usize::from(begins(byte))).sum()
    }

    /// Reserves room for values; after `at` there are at most as many as commas and brackets.
    #[cold]
    fn more_nodes(&mut self, at: usize) -> Result<(), ScanFailed> {
        let begins = |byte| matches!(byte, b',' | b'[' | b'{');
        let most = self.most(at, self.tape.nodes.capacity(), begins).saturating_add(1);
        let is_room = grow(&mut self.tape.nodes, most, &self.tape.left);
        is_room.then_some(()).ok_or_else(|| self.too_much(at))
    }

    /// Reserves room for objects; after `at` there are at most as many as braces.
    #[cold]
    fn more_members(&mut self, at: usize) -> Result<(), ScanFailed> {
        let most = self.most(at, self.tape.members.capacity(), |byte| byte == b'{');
        let is_room = grow(&mut self.tape.members, most, &self.tape.left);
        is_room.then_some(()).ok_or_else(|| self.too_much(at))
    }

    fn word(&mut self, start: usize, word: &'static [u8], token: TapeToken) -> Result<usize, ScanFailed> {
        let end = start + word.len();
        if self.bytes.get(start..end) != Some(word) {
            return Err(self.syntax(start, "a value"));
        }
        self.push(token, false, start, end, None);
        Ok(end)
    }

    // The number of objects is below the number of bytes, which fits.
    #[allow(clippy::cast_possible_truncation)]
    fn open(&mut self, token: TapeToken, at: usize) -> Result<(), ScanFailed> {
        // The outermost frame is not stored: a flat document needs no list of frames.
        let inside = self.frame.node != NO_NODE;
        if self.frames.len() + usize::from(inside) >= self.depth {
            return Err(self.fail(at, DecodeErrorKind::Limit, "less nesting"));
        }
        if inside {
            self.frames.push(self.frame);
        }
        let object = if token == TapeToken::Object {
            if self.tape.members.len() == self.tape.members.capacity() {
                self.more_members(at)?;
            }
            self.tape.members.push(Members::default());
            self.tape.members.len() as u32 - 1
        } else {
            NO_NODE
        };
        let node = self.push(token, false, at, 0, Some(NO_NODE));
        self.frame = OpenContainer {
            node,
            object,
            names: self.names.len(),
            ..OpenContainer::OUTSIDE
        };
        Ok(())
    }

    // Node numbers fit: there is at most one node per byte.
    #[allow(clippy::cast_possible_truncation)]
    fn close(&mut self) -> Result<(), ScanFailed> {
        let frame = self.frame;
        let next = self.tape.nodes.len() as u32;
        let node = &mut self.tape.nodes[frame.node as usize];
        node.next = next;
        if frame.object == NO_NODE {
            node.end = frame.count;
        } else {
            node.end = frame.object;
            let members = &mut self.tape.members[frame.object as usize];
            members.mask = frame.mask;
            members.lengths = frame.lengths;
            members.cursor.set(frame.node + 1);
            members.left.set(frame.count);
            members.count = frame.count;
            if frame.count > MANY {
                self.index(frame)?;
            }
            self.names.truncate(frame.names);
        }
        self.frame = self.frames.pop().unwrap_or(OpenContainer::OUTSIDE);
        Ok(())
    }

    /// Reads a member's name with its colon. Returns the start of its value.
    // Offsets and node numbers fit, as above.
    #[allow(clippy::cast_possible_truncation)]
    #[inline]
    fn name(&mut self, at: usize) -> Result<usize, ScanFailed> {
        let (quote, byte) = next(self.bytes, at);
        if byte != b'"' {
            return Err(self.syntax(quote, "a member's name in quotes"));
        }
        let start = quote + 1;
        let (end, escaped) = self.string(start)?;
        let (hash, length) = match self.tape.escapes.last() {
            Some(escape) if escaped => {
                let text = &self.tape.unescaped.as_bytes()[escape.from as usize..];
                (hash(text), text.len())
            }
            _ => (hash_within(self.bytes, start, end), end - start),
        };
        self.name = (
            NameSpan {
                start: start as u32,
                end: end as u32,
                hash,
            },
            escaped,
        );
        let bit = mask_bit(hash);
        if self.frame.mask & bit != 0 && self.frame.count <= MANY {
            self.compare_name(quote)?;
        }
        if self.names.len() == self.names.capacity() {
            let is_room = grow(&mut self.names, usize::MAX, &self.tape.left);
            is_room.then_some(()).ok_or_else(|| self.too_much(quote))?;
        }
        self.names.push((hash, self.tape.nodes.len() as u32));
        self.frame.mask |= bit;
        self.frame.lengths |= length_bit(length);
        self.frame.count += 1;
        match next(self.bytes, end + 1) {
            (at, b':') => Ok(at + 1),
            (at, _) => Err(self.syntax(at, "`:`")),
        }
    }

    /// Reads a string after its opening quote. Returns the place of its closing quote, and `true` if it has escapes.
    #[inline]
    fn string(&mut self, start: usize) -> Result<(usize, bool), ScanFailed> {
        let end = plain_run(self.bytes, start);
        if self.bytes.get(end) == Some(&b'"') {
            return Ok((end, false));
        }
        self.string_with_escapes(start, end)
    }

    // Offsets fit, as above; unescaped text is shorter than its source.
    #[allow(clippy::cast_possible_truncation)]
    #[inline(never)]
    fn string_with_escapes(&mut self, start: usize, mut at: usize) -> Result<(usize, bool), ScanFailed> {
        let from = self.tape.unescaped.len();
        let mut run = start;
        loop {
            // An escape becomes at most four bytes.
            let needed = at - run + 4;
            if self.tape.unescaped.capacity() - self.tape.unescaped.len() < needed {
                self.more_text(run, needed)?;
            }
            self.tape.unescaped.push_str(&self.tape.source[run..at]);
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => match escape(self.bytes, at) {
                    Ok((character, next)) => {
                        self.tape.unescaped.push(character);
                        run = next;
                        at = plain_run(self.bytes, next);
                    }
                    Err(Fault { at, kind, what }) => return Err(self.fail(at, kind, what)),
                },
                Some(_) => return Err(self.syntax(at, "an escape instead of a control character")),
                None => return Err(self.syntax(at, "the end of the string")),
            }
        }
        let escapes = &mut self.tape.escapes;
        if escapes.len() == escapes.capacity() && !grow(escapes, usize::MAX, &self.tape.left) {
            return Err(self.too_much(start));
        }
        self.tape.escapes.push(Escape {
            start: start as u32,
            from: from as u32,
            to: self.tape.unescaped.len() as u32,
        });
        Ok((at, true))
    }

    /// Reserves room for unescaped text, which is no longer than its source from `at` on.
    #[cold]
    fn more_text(&mut self, at: usize, needed: usize) -> Result<(), ScanFailed> {
        let text = &mut self.tape.unescaped;
        let more = growth::<u8>(text.capacity(), self.bytes.len() - at, needed, &self.tape.left);
        if more == 0 {
            return Err(self.too_much(at));
        }
        text.reserve_exact(text.capacity() - text.len() + more);
        Ok(())
    }
}
