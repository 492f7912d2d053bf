//! Memory: the limits of one decode, lists that are reused from one document to the next, and the byte buffer of a writer.
//!
//! Lists are reused on the same thread: reading a small document allocates nothing. They contain only places, lengths and hashes, never
//! text. Lists of large documents must not be kept. Bytes in the spare room of a buffer are meaningless and must never go out.

use std::cell::Cell;
use std::fmt;
use std::thread::LocalKey;

use crate::lexis::{plain_run, special};

/// Limits on the size and depth of a document, and on the memory for decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest depth of nested objects and arrays.
    pub depth: usize,
    /// Largest number of bytes in a document. Documents of 4 GiB or more are always refused.
    pub bytes: usize,
    /// Largest number of bytes of memory for decoding; at least three for each byte of the document. Each value takes 28 bytes,
    /// each object 32, plus the lists, maps and models made of them. Texts are not counted, and are copied at most once.
    pub memory: usize,
}

impl Limits {
    /// Limits for documents that this process has written, or has already read within limits.
    pub const NONE: Self = Limits {
        depth: usize::MAX,
        bytes: usize::MAX,
        memory: usize::MAX,
    };

    /// Limits for documents that the caller wrote in this process.
    pub const OWN: Self = Limits {
        depth: Self::DEFAULT.depth,
        ..Self::NONE
    };

    /// Default limits: 128 levels, 64 MiB, 8 MiB of memory.
    pub const DEFAULT: Self = Limits {
        depth: 128,
        bytes: 64 << 20,
        memory: 8 << 20,
    };

    /// Returns the memory for decoding `bytes` bytes of which `copies` copies exist already.
    pub(crate) fn memory_besides(&self, bytes: usize, copies: usize) -> usize {
        self.memory.max(bytes.saturating_mul(3_usize.saturating_sub(copies)))
    }
}

impl Default for Limits {
    /// Returns limits of 128 levels, 64 MiB and 8 MiB of memory.
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Error text for a document whose decoding would exceed the memory limit.
pub(super) const TOO_MUCH: &str =
    "fewer values (more memory than `Limits::memory`, and than three bytes for each byte)";

/// Doubles the capacity of a full list, as far as entries can come and memory is left; `false` without memory.
#[cold]
pub(super) fn grow<T>(list: &mut Vec<T>, most: usize, left: &Cell<usize>) -> bool {
    let more = growth::<T>(list.capacity(), most, 1, left);
    list.reserve_exact(more);
    more > 0
}

/// Returns the number of places to add to a list, and charges their memory: its capacity again, limited by the entries that can
/// come and by the remaining memory; 0 if fewer than needed. During growth the list exists twice.
pub(super) fn growth<T>(capacity: usize, most: usize, needed: usize, left: &Cell<usize>) -> usize {
    let fit = (left.get() / size_of::<T>().max(1)).saturating_sub(capacity);
    let more = capacity.max(64).min(most).max(needed).min(fit);
    if more < needed {
        return 0;
    }
    left.set(left.get() - more * size_of::<T>());
    more
}

/// Largest capacity of a kept list: less than 256 KiB in all.
const KEPT: usize = 2048;

/// Two kept lists of a thread.
pub(super) type Pool<A, B> = Cell<(Vec<A>, Vec<B>)>;

/// Creates a pool without lists.
pub(super) const fn empty<A, B>() -> Pool<A, B> {
    Cell::new((Vec::new(), Vec::new()))
}

/// Takes the lists of this thread, or new ones.
pub(super) fn take<A, B>(spare: &'static LocalKey<Pool<A, B>>) -> (Vec<A>, Vec<B>) {
    // A thread that is ending has none left.
    spare.try_with(Cell::take).unwrap_or_default()
}

/// Gives lists back, unless one of them is large.
pub(super) fn keep<A, B>(spare: &'static LocalKey<Pool<A, B>>, mut one: Vec<A>, mut other: Vec<B>) {
    if one.capacity() > KEPT || other.capacity() > KEPT {
        return;
    }
    one.clear();
    other.clear();
    let _ = spare.try_with(|spare| spare.set((one, other)));
}

/// Initial room in bytes: most values of a request fit.
const FIRST: usize = 256;
/// Filler of the spare room. Not zero: small zeroed allocations are slower.
const ROOM: u8 = b' ';
/// Size below which the buffer grows fourfold; above, it doubles.
const LARGE: usize = 1 << 13;
/// Size of the chunks in which text is copied; the last one may extend past the end of the text.
const CHUNK: usize = 8;

/// The digits of the numbers below a hundred.
const PAIRS: [[u8; 2]; 100] = pairs();

#[allow(clippy::cast_possible_truncation)] // digits
const fn pairs() -> [[u8; 2]; 100] {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < pairs.len() {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
}

/// A byte buffer with spare room at its end: text is copied and checked for escapes in one pass.
#[derive(Debug)]
pub(super) struct Buffer {
    /// The written bytes, followed by filler.
    bytes: Vec<u8>,
    /// Number of written bytes.
    len: usize,
}

impl Buffer {
    pub(super) fn new() -> Self {
        Buffer {
            bytes: vec![ROOM; FIRST],
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the written bytes.
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(super) fn into_vec(mut self) -> Vec<u8> {
        self.bytes.truncate(self.len);
        self.bytes
    }

    #[inline]
    pub(super) fn last(&self) -> Option<&u8> {
        self.bytes.get(self.len.wrapping_sub(1))
    }

    /// Removes the bytes after this length.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Returns the spare room, after growing it to at least this size.
    #[inline]
    fn room(&mut self, wanted: usize) -> &mut [u8] {
        if self.bytes.len() - self.len < wanted {
            self.grow(wanted);
        }
        &mut self.bytes[self.len..]
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, wanted: usize) {
        let size = self.bytes.len();
        let size = if size < LARGE { size * 4 } else { size * 2 };
        self.bytes.resize(size.max(self.len + wanted), ROOM);
    }

    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        if let Some(place) = self.room(1).first_mut() {
            *place = byte;
        }
        self.len += 1;
    }

    #[inline]
    pub(super) fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Writes a JSON string: escapes for quotes, backslashes and control characters, nothing else.
    pub(super) fn string(&mut self, text: &str) {
        self.quoted(0, text.as_bytes(), 1);
    }

    /// Writes a member's name with its colon and, if it is not the first of its object, a comma.
    pub(super) fn name(&mut self, name: &str) {
        let first = self.last() == Some(&b'{');
        self.quoted(usize::from(!first), name.as_bytes(), 2);
    }

    /// Writes a member that is a string.
    pub(super) fn named_string(&mut self, name: &str, text: &str) {
        let first = self.last() == Some(&b'{');
        self.quoted(usize::from(!first), name.as_bytes(), 2);
        self.quoted(0, text.as_bytes(), 1);
    }

    /// Writes a string with 0 or 1 bytes of `,` before it, and the first one or two bytes of `":` after it.
    #[inline]
    fn quoted(&mut self, comma: usize, text: &[u8], end: usize) {
        let start = comma + 1;
        let behind = start + text.len();
        let room = &mut self.room(behind + 2 + CHUNK)[..behind + 2 + CHUNK];
        room[0] = b',';
        room[comma] = b'"';
        if copy_plain(text, &mut room[start..]) {
            room[behind..behind + 2].copy_from_slice(b"\":");
            self.len += behind + end;
        } else {
            self.len += start;
            self.escaped(text);
            self.extend_from_slice(&b"\":"[..end]);
        }
    }

    #[cold]
    fn escaped(&mut self, mut text: &[u8]) {
        loop {
            let (plain, rest) = text.split_at(plain_run(text, 0));
            self.extend_from_slice(plain);
            let Some((&byte, rest)) = rest.split_first() else {
                break;
            };
            self.escape(byte);
            text = rest;
        }
    }

    fn escape(&mut self, byte: u8) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            _ => {
                self.extend_from_slice(b"\\u00");
                self.push(HEX[usize::from(byte >> 4)]);
                return self.push(HEX[usize::from(byte & 15)]);
            }
        };
        self.extend_from_slice(&[b'\\', short]);
    }

    /// Writes an integer.
    #[allow(clippy::cast_possible_truncation)] // below a hundred
    pub(super) fn digits(&mut self, mut value: u64) {
        let length = value.checked_ilog10().map_or(1, |log| log as usize + 1);
        let mut pairs = self.room(length)[..length].rchunks_exact_mut(2);
        for pair in &mut pairs {
            pair.copy_from_slice(&PAIRS[(value % 100) as usize]);
            value /= 100;
        }
        if let Some(first) = pairs.into_remainder().first_mut() {
            *first = b'0' + value as u8;
        }
        self.len += length;
    }
}

/// Copies text to the start of `to`, which is longer by at least one chunk. Returns `true` if no byte needs an escape.
#[inline]
fn copy_plain(text: &[u8], to: &mut [u8]) -> bool {
    let (Some(head), Some(tail)) = (text.first_chunk::<CHUNK>(), text.last_chunk::<CHUNK>()) else {
        return copy_short(text, to);
    };
    let behind = text.len() - CHUNK;
    to[..CHUNK].copy_from_slice(head);
    let mut hits = special(*head) | special(*tail);
    if behind > CHUNK {
        let places = to[CHUNK..].chunks_exact_mut(CHUNK);
        for (chunk, place) in text[CHUNK..].chunks_exact(CHUNK).zip(places) {
            place.copy_from_slice(chunk);
            hits |= chunk.first_chunk().map_or(0, |chunk| special(*chunk));
        }
    }
    // The last eight bytes; some of them may be copied twice.
    to[behind..behind + CHUNK].copy_from_slice(tail);
    hits == 0
}

/// Copies a text shorter than a chunk, as two halves that may overlap, or as up to three bytes. Returns `true` if no byte needs
/// an escape.
#[inline]
fn copy_short(text: &[u8], to: &mut [u8]) -> bool {
    if let (Some(head), Some(tail)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        to[..4].copy_from_slice(head);
        to[text.len() - 4..text.len()].copy_from_slice(tail);
        let both = u64::from(u32::from_le_bytes(*head)) | u64::from(u32::from_le_bytes(*tail)) << 32;
        return special(both.to_le_bytes()) == 0;
    }
    let mut plain = true;
    for (&byte, place) in text.iter().zip(to) {
        *place = byte;
        plain &= byte >= 0x20 && byte != b'"' && byte != b'\\';
    }
    plain
}

/// Used for the output of `Debug` and for floats.
impl fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffer, KEPT, Pool, empty, keep, take};

    fn written(write: impl FnOnce(&mut Buffer)) -> String {
        let mut buffer = Buffer::new();
        write(&mut buffer);
        String::from_utf8(buffer.into_vec()).unwrap_or_default()
    }

    #[test]
    fn a_string_of_any_length_is_escaped_wherever_that_is_needed() {
        for length in 0..40 {
            let plain = "\u{e9}x\u{7f}z".repeat(10).chars().take(length).collect::<String>();
            assert_eq!(written(|buffer| buffer.string(&plain)), format!("\"{plain}\""));
            for at in (0..=plain.len()).filter(|&at| plain.is_char_boundary(at)) {
                for byte in (0..0x20).chain([b'"', b'\\']).map(char::from) {
                    let (head, tail) = plain.split_at(at);
                    let text = format!("{head}{byte}{tail}");
                    let again: String =
                        serde_json::from_str(&written(|buffer| buffer.string(&text))).unwrap_or_default();
                    assert_eq!(again, text);
                }
            }
        }
    }

    #[test]
    fn a_name_has_a_comma_before_it_unless_it_is_the_first() {
        let two = written(|buffer| {
            buffer.push(b'{');
            buffer.name("a\n");
            buffer.name("b");
        });
        assert_eq!(two, "{\"a\\n\":,\"b\":");
    }

    #[test]
    fn an_integer_has_the_digits_that_it_has_elsewhere() {
        let edges = (0..20)
            .map(|power| 10_u64.pow(power))
            .flat_map(|edge| [edge - 1, edge, edge + 1]);
        for value in edges.chain([7, 42, 12_345, u64::MAX]) {
            assert_eq!(written(|buffer| buffer.digits(value)), value.to_string());
        }
    }

    #[test]
    fn what_is_longer_than_the_room_makes_more_of_it() {
        let long = "0123456789abcde".repeat(5_000);
        let twice = written(|buffer| {
            buffer.string(&long);
            buffer.extend_from_slice(long.as_bytes());
        });
        assert_eq!(twice, format!("\"{long}\"{long}"));
    }

    thread_local! {
        static LISTS: Pool<u8, u32> = const { empty() };
    }

    #[test]
    fn a_list_comes_back_empty_and_a_large_one_not_at_all() {
        keep(&LISTS, Vec::new(), vec![1; 8]);
        let (_, names) = take(&LISTS);
        assert!(names.is_empty() && names.capacity() >= 8);
        keep(&LISTS, Vec::new(), vec![1; KEPT + 1]);
        assert_eq!(take(&LISTS).1.capacity(), 0);
    }
}
