//! The smallest steps of reading: runs of plain text, numbers, and hashes of names.
//!
//! Bytes and a place go in, a place comes out. Nothing here allocates.

/// Bytes of the larger step.
const LARGE: usize = 16;

const ONES: u64 = u64::from_ne_bytes([1; 8]);

/// Returns a word whose lowest bit set marks the first of eight bytes that is a quote, a backslash or a control character;
/// higher bits mean nothing. Zero if there is none.
#[inline]
pub(super) fn special(chunk: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(chunk);
    let quote = (word ^ (ONES * 0x22)).wrapping_sub(ONES);
    let backslash = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
    let control = word.wrapping_sub(ONES * 0x20);
    (quote | backslash | control) & !word & (ONES << 7)
}

/// Returns the index of the first byte from `at` on that a JSON string must escape: a quote, a backslash or a control
/// character; the length if there is none.
#[inline]
pub(super) fn plain_run(bytes: &[u8], mut at: usize) -> usize {
    let near = at + LARGE;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let hits = special(*chunk);
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += chunk.len();
        // Most names end before this; for a long text, larger steps are faster.
        while at >= near && bytes.get(at..).and_then(<[u8]>::first_chunk).is_some_and(is_plain) {
            at += LARGE;
        }
    }
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            break;
        }
        at += 1;
    }
    at
}

/// Returns `true` if the text needs no escape. Branchless, so that a compiler can compare all bytes at once.
#[inline]
fn is_plain(chunk: &[u8; LARGE]) -> bool {
    let special = |&byte: &u8| u8::from(byte < 0x20) | u8::from(byte == b'"') | u8::from(byte == b'\\');
    chunk.iter().map(special).fold(0, |hits, hit| hits | hit) == 0
}

/// Reads a number at `at`. Returns its end and `true` if it has neither fraction nor exponent, or the place of the fault.
#[inline]
pub(super) fn number(bytes: &[u8], mut at: usize) -> Result<(usize, bool), usize> {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    match bytes.get(at) {
        Some(b'0') => at += 1,
        Some(b'1'..=b'9') => {
            at += 1;
            while digit(at) {
                at += 1;
            }
        }
        _ => return Err(at),
    }
    let mut integer = true;
    if bytes.get(at) == Some(&b'.') {
        integer = false;
        at += 1;
        if !digit(at) {
            return Err(at);
        }
        while digit(at) {
            at += 1;
        }
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        integer = false;
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        if !digit(at) {
            return Err(at);
        }
        while digit(at) {
            at += 1;
        }
    }
    Ok((at, integer))
}

/// Computes a cheap hash of a member's name from its length and its first and last eight bytes. It only saves comparisons;
/// correctness does not depend on its quality.
#[inline]
pub(super) fn hash(name: &[u8]) -> u32 {
    if let (Some(head), Some(tail)) = (name.first_chunk(), name.last_chunk()) {
        return mix(u64::from_le_bytes(*head), u64::from_le_bytes(*tail), name.len());
    }
    // The bytes of a short name as one number: from two halves that may overlap, or from three bytes that may coincide.
    let word = if let (Some(head), Some(tail)) = (name.first_chunk(), name.last_chunk()) {
        let behind = 8 * (name.len() - 4);
        u64::from(u32::from_le_bytes(*head)) | u64::from(u32::from_le_bytes(*tail)) << behind
    } else {
        let byte = |at: usize| name.get(at).map_or(0, |&byte| u64::from(byte) << (8 * at));
        byte(0) | byte(1) | byte(2)
    };
    mix(word, word, name.len())
}

/// Computes the same hash of the name between `start` and `end` of a text, without a branch on its length: the bytes after a
/// short name are loaded with it and masked out.
#[inline]
pub(super) fn hash_within(text: &[u8], start: usize, end: usize) -> u32 {
    let length = end - start;
    let short = length < 8;
    let tail_start = if short { start } else { end - 8 };
    let head = text.get(start..).and_then(<[u8]>::first_chunk);
    let tail = text.get(tail_start..).and_then(<[u8]>::first_chunk);
    let (Some(head), Some(tail)) = (head, tail) else {
        return hash(&text[start..end]);
    };
    let keep = if short { (1 << (8 * length)) - 1 } else { u64::MAX };
    mix(
        u64::from_le_bytes(*head) & keep,
        u64::from_le_bytes(*tail) & keep,
        length,
    )
}

#[inline]
fn mix(head: u64, tail: u64, length: usize) -> u32 {
    let mixed = (head ^ tail.rotate_left(23) ^ (length as u64)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

/// Returns the bit of a name's hash in an object's mask.
#[inline]
pub(super) fn mask_bit(hash: u32) -> u64 {
    1 << (hash >> 26)
}

/// Returns the bit of a name's length in an object's mask of lengths, which rejects most absent names.
#[inline]
pub(super) fn length_bit(length: usize) -> u32 {
    1 << (length % 32)
}

/// Returns `true` for the text of a JSON number (RFC 8259, section 6).
pub(crate) fn is_number(text: &str) -> bool {
    number(text.as_bytes(), 0).is_ok_and(|(end, _)| end == text.len())
}

#[cfg(test)]
mod tests {
    use super::{hash, hash_within, plain_run};

    #[test]
    fn a_run_ends_at_the_first_byte_that_needs_an_escape_wherever_it_stands() {
        for length in 0..40 {
            let plain = "\u{e9}x\u{7f}z".repeat(10)[..].as_bytes()[..length].to_vec();
            assert_eq!(plain_run(&plain, 0), length);
            for at in 0..length {
                for byte in (0..=0x1f).chain([b'"', b'\\']) {
                    let mut text = plain.clone();
                    text[at] = byte;
                    assert_eq!(plain_run(&text, 0), at);
                    assert_eq!(plain_run(&text, at + 1), length);
                }
            }
        }
    }

    #[test]
    fn a_name_has_the_same_hash_alone_and_within_a_text() {
        let text = b"abcdefghijklmnopqrstuvwxyz\":1}";
        for start in 0..text.len() {
            for end in start..=text.len() {
                assert_eq!(hash(&text[start..end]), hash_within(text, start, end), "{start}..{end}");
            }
        }
    }
}
