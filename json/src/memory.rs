//! Growth of the lists of one decode, within its memory limit.

use std::cell::Cell;

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
