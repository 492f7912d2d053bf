//! Limits of one decode: size, depth and memory of a document.
//!
//! Lists are reused from one document to the next on the same thread: reading a small document allocates nothing. They
//! contain only places, lengths and hashes, never text. Lists of large documents must not be kept.

use std::cell::Cell;
use std::thread::LocalKey;

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

#[cfg(test)]
mod tests {
    use super::{KEPT, Pool, empty, keep, take};

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
